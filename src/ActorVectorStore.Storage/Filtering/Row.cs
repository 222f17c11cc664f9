using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>What a filter looks at: a point's id and vectors, and its payload or, inside a nested condition, one element of it.</summary>
/// <param name="id">The point.</param>
/// <param name="json">The text of one JSON object.</param>
/// <param name="vectors">Where its vectors are; null where nothing asks for them.</param>
/// <param name="number">The row's number there.</param>
/// <param name="cancellation">Looked at before each condition on a field: each may read megabytes.</param>
internal readonly ref struct Row(PointId id, ReadOnlySpan<byte> json, IRowVectors? vectors, int number, CancellationToken cancellation)
{
    public PointId Id { get; } = id;

    public ReadOnlySpan<byte> Json { get; } = json;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Whether the point has a vector of this name.</summary>
    public bool HasVector(string name) => vectors!.HasVector(name, number);

    /// <summary>The same point with an element of its payload.</summary>
    public Row Inside(ReadOnlySpan<byte> element) => new(Id, element, vectors, number, Cancellation);
}
