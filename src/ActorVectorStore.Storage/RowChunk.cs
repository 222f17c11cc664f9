using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The columns of a fixed number of rows. The writer fills a slot once, before the row is published; after that only its
/// <see cref="DeletedAt"/> changes, once, from <see cref="Segment.Never"/> to an index. A chunk never moves: growing a segment adds chunks.
/// </summary>
internal sealed class RowChunk
{
    private readonly RowLayout _layout;
    private readonly float[] _vectors;
    private readonly int _firstFloat;
    private readonly long[] _deletedAt;

    public RowChunk(RowLayout layout)
    {
        var rows = layout.RowsPerChunk;
        _layout = layout;
        Ids = new PointId[rows];
        InsertedAt = new long[rows];
        PreviousRow = new int[rows];
        InverseNorm = new float[rows];
        Payloads = new PayloadSlot[rows];
        _deletedAt = new long[rows];
        // Pinned memory does not move, so the first aligned float stays aligned; the collector frees it when no segment and no view is left.
        _vectors = GC.AllocateArray<float>((rows * layout.Stride) + (RowLayout.AlignmentBytes / sizeof(float)), pinned: true);
        _firstFloat = FirstAlignedFloat(_vectors);
    }

    public PointId[] Ids { get; }

    /// <summary>Log index that inserted the row: the version of its point.</summary>
    public long[] InsertedAt { get; }

    /// <summary>The row that held the same id before, in the whole segment: a smaller number, or <see cref="Segment.None"/>.</summary>
    public int[] PreviousRow { get; }

    /// <summary>What <see cref="CosineScoring"/> multiplies with; see there.</summary>
    public float[] InverseNorm { get; }

    public PayloadSlot[] Payloads { get; }

    /// <summary>Memory that a chunk of this layout takes, without payloads.</summary>
    public static long AllocatedBytes(RowLayout layout) =>
        layout.RowsPerChunk * ((layout.Stride * sizeof(float)) + Unsafe.SizeOf<PointId>() + (2 * sizeof(long)) + sizeof(int) + sizeof(float)
            + Unsafe.SizeOf<PayloadSlot>());

    /// <summary>The vector without its padding.</summary>
    public ReadOnlySpan<float> Vector(int slot) => PaddedVector(slot)[.._layout.Dimension];

    /// <summary>The vector with the zeros behind it; starts at a multiple of 64 bytes.</summary>
    public ReadOnlySpan<float> PaddedVector(int slot) => _vectors.AsSpan(_firstFloat + (slot * _layout.Stride), _layout.Stride);

    /// <summary>Consecutive vectors.</summary>
    public VectorBlock Block(int slot, int count) => new(
        _vectors.AsSpan(_firstFloat + (slot * _layout.Stride), count * _layout.Stride), _layout.Stride, InverseNorm.AsSpan(slot, count));

    /// <summary>Log index that deleted the row; <see cref="Segment.Never"/> if none did.</summary>
    public long DeletedAt(int slot) => Volatile.Read(ref _deletedAt[slot]);

    /// <summary>Writer only.</summary>
    public void Delete(int slot, long index) => Volatile.Write(ref _deletedAt[slot], index);

    /// <summary>Writer only, before the row is published.</summary>
    public void Fill(int slot, PointId id, ReadOnlySpan<float> vector, PayloadSlot payload, long insertedAt)
    {
        Ids[slot] = id;
        InsertedAt[slot] = insertedAt;
        PreviousRow[slot] = Segment.None;
        _deletedAt[slot] = Segment.Never;
        Payloads[slot] = payload;
        InverseNorm[slot] = CosineScoring.InverseNormOf(vector);
        vector.CopyTo(_vectors.AsSpan(_firstFloat + (slot * _layout.Stride)));
    }

    private static int FirstAlignedFloat(float[] pinned)
    {
        var misalignment = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0) % RowLayout.AlignmentBytes);
        return misalignment == 0 ? 0 : (RowLayout.AlignmentBytes - misalignment) / sizeof(float);
    }
}
