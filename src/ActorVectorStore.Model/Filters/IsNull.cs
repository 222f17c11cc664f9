namespace ActorVectorStore.Model;

/// <summary>A value that the path leads to is null. A missing field is not null, nor is <c>[null]</c>, whose element <c>a[]</c> leads to.</summary>
public sealed record IsNull : FieldTest;
