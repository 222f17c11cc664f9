namespace ActorVectorStore.Model;

/// <summary>A vector that the request brings along: of the kind and the dimension of the one that is compared, finite; a list has at least one vector.</summary>
/// <param name="Vector">The vector.</param>
public sealed record GivenVector(VectorValue Vector) : VectorInput;
