namespace ActorVectorStore.Storage;

/// <summary>The components of a vector that are stored: as many values as indices, indices ascending.</summary>
/// <param name="indices">Their places.</param>
/// <param name="values">Their values.</param>
internal readonly ref struct SparseEntries(ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
{
    public ReadOnlySpan<uint> Indices { get; } = indices;

    public ReadOnlySpan<float> Values { get; } = values;
}
