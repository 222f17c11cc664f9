using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>What a filter looks at: a point's id, and its payload or, inside a nested condition, one element of it.</summary>
/// <param name="id">The point.</param>
/// <param name="json">The text of one JSON object.</param>
/// <param name="cancellation">Looked at before each condition on a field: each may read megabytes.</param>
internal readonly ref struct Row(PointId id, ReadOnlySpan<byte> json, CancellationToken cancellation)
{
    public PointId Id { get; } = id;

    public ReadOnlySpan<byte> Json { get; } = json;

    public CancellationToken Cancellation { get; } = cancellation;
}
