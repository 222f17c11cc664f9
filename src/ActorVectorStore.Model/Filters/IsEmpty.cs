namespace ActorVectorStore.Model;

/// <summary>Every value that the path leads to is null or an array without elements; so where it leads to nothing, this holds. <c>[null]</c> is not empty.</summary>
public sealed record IsEmpty : FieldTest;
