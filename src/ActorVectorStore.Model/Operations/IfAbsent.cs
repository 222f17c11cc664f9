namespace ActorVectorStore.Model;

/// <summary>The point does not exist: it is inserted, and never replaced.</summary>
public sealed record IfAbsent : WriteCondition;
