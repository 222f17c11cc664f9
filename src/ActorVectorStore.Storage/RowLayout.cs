using System.Collections.Immutable;
using System.Numerics;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>How the rows of a collection lie in memory: its vectors as columns, the length of a padded vector, and the number of rows in a chunk.</summary>
internal sealed class RowLayout
{
    /// <summary>Vectors start at multiples of this: a cache line, and the widest vector register.</summary>
    public const int AlignmentBytes = 64;

    private const int ChunkBytesTarget = 256 << 10;
    private const int RowsPerChunkMax = 1_024;
    private const int AlignmentFloats = AlignmentBytes / sizeof(float);

    private readonly int _rowBits;
    private readonly Dictionary<string, int> _columns;

    public RowLayout(IReadOnlyList<VectorSchema> vectors)
    {
        Vectors = [.. vectors];
        _columns = vectors.Index().ToDictionary(vector => vector.Item.Name, vector => vector.Index, StringComparer.Ordinal);
        var floats = vectors.Sum(vector => vector.Kind == VectorKind.Dense ? StrideOf(vector.Dimension) : 0);
        var rows = Math.Clamp(ChunkBytesTarget / (Math.Max(1, floats) * sizeof(float)), 1, RowsPerChunkMax);
        _rowBits = BitOperations.Log2((uint)rows);
    }

    /// <summary>The columns.</summary>
    public ImmutableArray<VectorSchema> Vectors { get; }

    /// <summary>The column of a vector; -1 if there is none of this name.</summary>
    public int ColumnOf(string name) => _columns.GetValueOrDefault(name, -1);

    /// <summary>Rows in a chunk; a power of two.</summary>
    public int RowsPerChunk => 1 << _rowBits;

    /// <summary>Floats from one row's vector to the next: the dimension, padded with zeros to whole cache lines so that kernels have no tail.</summary>
    public static int StrideOf(int dimension) => (dimension + AlignmentFloats - 1) / AlignmentFloats * AlignmentFloats;

    /// <summary>The chunk of a row.</summary>
    public int ChunkOf(int row) => row >> _rowBits;

    /// <summary>The place of a row in its chunk.</summary>
    public int SlotOf(int row) => row & (RowsPerChunk - 1);
}
