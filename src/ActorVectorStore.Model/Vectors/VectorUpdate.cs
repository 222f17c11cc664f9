namespace ActorVectorStore.Model;

/// <summary>Vectors that a point is to have, in the place of those that it has under the same names.</summary>
/// <param name="Id">The point.</param>
/// <param name="Vectors">At least one.</param>
public sealed record VectorUpdate(PointId Id, NamedVectors Vectors);
