using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>A row of the dumb twin of a sealed segment; for each column it has a vector, or null.</summary>
internal sealed record ListedRow(PointId Id, long InsertedAt, Payload Payload, ListedVector?[] Vectors);

/// <summary>What a row has in one column: components (count x dimension) with the lengths of their vectors, or indices with their values.</summary>
internal sealed record ListedVector(float[] Components, float[] Lengths, uint[] Indices)
{
    public static ListedVector Dense(params float[] components) => new(components, [components.Sum(Math.Abs)], []);

    public static ListedVector Multi(int dimension, params float[] components) =>
        new(components, [.. components.Chunk(dimension).Select(vector => vector.Sum(Math.Abs))], []);

    public static ListedVector Sparse(uint[] indices, float[] values) => new(values, [], indices);
}

/// <summary>Rows of a list, as a writer asks for them.</summary>
internal sealed class ListedRows(IReadOnlyList<ListedRow> rows) : ISealedRows
{
    public int Count => rows.Count;

    public PointId Id(int row) => rows[row].Id;

    public long InsertedAt(int row) => rows[row].InsertedAt;

    public ReadOnlySpan<byte> PayloadUtf8(int row) => rows[row].Payload.Utf8.Span;

    public bool Has(int column, int row) => rows[row].Vectors[column] is not null;

    public ReadOnlySpan<float> Components(int column, int row) => rows[row].Vectors[column]!.Components;

    public float Length(int column, int row, int index) => rows[row].Vectors[column]!.Lengths[index];

    public ReadOnlySpan<uint> SparseIndices(int column, int row) => rows[row].Vectors[column]!.Indices;

    public ReadOnlySpan<float> SparseValues(int column, int row) => rows[row].Vectors[column]!.Components;
}
