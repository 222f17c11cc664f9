namespace ActorVectorStore.Model;

/// <summary>
/// The vector that a stored point has under the name that the query compares, at the moment that the query sees. The point itself is left out of what that query finds, and of what its
/// prefetches find. A query by a point that does not exist, or has no such vector, is refused.
/// </summary>
/// <param name="Id">The point.</param>
public sealed record VectorOfPoint(PointId Id) : VectorInput;
