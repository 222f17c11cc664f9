namespace ActorVectorStore.Storage.Tests;

/// <summary>Rows of one column, decoded vector by vector.</summary>
internal static class SealedReads
{
    /// <summary>The row's components, or null if it has no vector.</summary>
    public static float[]? Read(this DenseColumn column, int row) =>
        column.OrdinalOf(row) is var ordinal and not Presence.Absent ? Read(column.Vectors, ordinal, 1, column.Description.Dimension) : null;

    /// <summary>The components of the row's vectors, or null if it has no list of them.</summary>
    public static float[]? Read(this MultiColumn column, int row) =>
        column.TryFind(row, out var first, out var count) ? Read(column.Vectors, first, count, column.Description.Dimension) : null;

    private static float[] Read(StoredVectors vectors, long first, int count, int dimension)
    {
        var components = new float[count * dimension];
        for (var i = 0; i < count; i++)
            vectors.Read(first + i, components.AsSpan(i * dimension, dimension));
        return components;
    }
}
