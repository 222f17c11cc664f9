namespace ActorVectorStore.Model;

/// <summary>A stored point as an answer of get and scroll. The caller owns its memory.</summary>
/// <param name="Id">Identity inside the collection.</param>
/// <param name="Version">Log index of the write that made it, in its shard; grows with each write of the point.</param>
/// <param name="Payload">The payload; null if it was not asked for.</param>
/// <param name="Vector">The vector without name, as it is stored; null if it was not asked for, or the point does not have it.</param>
/// <param name="Named">The vectors with names, as they are stored; null if they were not asked for.</param>
public sealed record PointRecord(PointId Id, long Version, Payload? Payload, ReadOnlyMemory<float>? Vector, NamedVectors? Named = null)
{
    /// <summary>The value that put it where it is on a page with <see cref="ScrollRequest.OrderBy"/>; null otherwise.</summary>
    public OrderValue? OrderValue { get; init; }
}
