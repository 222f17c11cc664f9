namespace ActorVectorStore.Model;

/// <summary>The point exists: it is replaced, and never inserted.</summary>
public sealed record IfPresent : WriteCondition;
