using System.Numerics;

namespace ActorVectorStore.Storage;

/// <summary>How rows of one dimension lie in memory: the length of a padded vector row and the number of rows in a chunk.</summary>
internal sealed class RowLayout
{
    /// <summary>Rows start at multiples of this: a cache line, and the widest vector register.</summary>
    public const int AlignmentBytes = 64;

    private const int ChunkBytesTarget = 256 << 10;
    private const int RowsPerChunkMax = 1_024;
    private const int AlignmentFloats = AlignmentBytes / sizeof(float);

    public RowLayout(int dimension)
    {
        Dimension = dimension;
        Stride = (dimension + AlignmentFloats - 1) / AlignmentFloats * AlignmentFloats;
        var rows = Math.Clamp(ChunkBytesTarget / (Stride * sizeof(float)), 1, RowsPerChunkMax);
        RowBits = BitOperations.Log2((uint)rows);
    }

    /// <summary>Components of a vector.</summary>
    public int Dimension { get; }

    /// <summary>Floats from one row's vector to the next: the dimension, padded with zeros to whole cache lines so that kernels have no tail.</summary>
    public int Stride { get; }

    /// <summary>Rows in a chunk; a power of two.</summary>
    public int RowsPerChunk => 1 << RowBits;

    /// <summary>The chunk of a row.</summary>
    public int ChunkOf(int row) => row >> RowBits;

    /// <summary>The place of a row in its chunk.</summary>
    public int SlotOf(int row) => row & (RowsPerChunk - 1);

    private int RowBits { get; }
}
