namespace ActorVectorStore.Model;

/// <summary>The value is <c>true</c>, or <c>false</c>.</summary>
/// <param name="Value">Which of them.</param>
public sealed record MatchBool(bool Value) : FieldTest;
