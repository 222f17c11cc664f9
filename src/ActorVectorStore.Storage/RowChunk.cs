using System.Runtime.CompilerServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The columns of a fixed number of rows. The writer fills a slot once, before the row is published; after that only its
/// <see cref="DeletedAt"/> changes, once, from <see cref="Segment.Never"/> to an index. A chunk never moves: growing a segment adds chunks.
/// </summary>
internal sealed class RowChunk
{
    // An object with two memories, and two arrays.
    private const int ListOverheadBytes = 112;

    // The chunk, the headers of its seven arrays, and its place in the segment. A test measures it.
    private const int ObjectBytes = 272;

    private const int ArrayHeaderBytes = 24;

    private readonly RowLayout _layout;
    private readonly long[] _deletedAt;

    // By column, made when the first row of the chunk has a vector there.
    private readonly DenseRows?[] _dense;
    private readonly VectorValue?[]?[] _lists;

    public RowChunk(RowLayout layout)
    {
        var rows = layout.RowsPerChunk;
        _layout = layout;
        Ids = new PointId[rows];
        InsertedAt = new long[rows];
        PreviousRow = new int[rows];
        Payloads = new PayloadSlot[rows];
        _deletedAt = new long[rows];
        _dense = new DenseRows?[layout.Vectors.Length];
        _lists = new VectorValue?[layout.Vectors.Length][];
    }

    public PointId[] Ids { get; }

    /// <summary>Log index that inserted the row: the version of its point.</summary>
    public long[] InsertedAt { get; }

    /// <summary>The row that held the same id before, in the whole segment: a smaller number, or <see cref="Segment.None"/>.</summary>
    public int[] PreviousRow { get; }

    public PayloadSlot[] Payloads { get; }

    /// <summary>Memory that a chunk of this layout takes, without vectors and payloads. With many long vectors a chunk is one row, and most of this is for its columns.</summary>
    public static long FixedBytes(RowLayout layout) =>
        ObjectBytes + (2L * layout.Vectors.Length * IntPtr.Size)
        + (layout.RowsPerChunk * (Unsafe.SizeOf<PointId>() + (2L * sizeof(long)) + sizeof(int) + Unsafe.SizeOf<PayloadSlot>()));

    /// <summary>The dense vectors of a column, if some row has one.</summary>
    public DenseRows? Dense(int column) => Volatile.Read(ref _dense[column]);

    /// <summary>The row's sparse or multi vector, or null.</summary>
    public VectorValue? List(int column, int slot) => Volatile.Read(ref _lists[column]) is { } lists ? lists[slot] : null;

    /// <summary>Log index that deleted the row; <see cref="Segment.Never"/> if none did.</summary>
    public long DeletedAt(int slot) => Volatile.Read(ref _deletedAt[slot]);

    /// <summary>Writer only.</summary>
    public void Delete(int slot, long index) => Volatile.Write(ref _deletedAt[slot], index);

    /// <summary>A row without vectors. Writer only, before the row is published.</summary>
    public void Fill(int slot, PointId id, PayloadSlot payload, long insertedAt)
    {
        Ids[slot] = id;
        InsertedAt[slot] = insertedAt;
        PreviousRow[slot] = Segment.None;
        _deletedAt[slot] = Segment.Never;
        Payloads[slot] = payload;
    }

    /// <summary>Forgets a row that was filled and not published. Writer only. Memory that its lists took; dense vectors leave theirs to the next row.</summary>
    public long Clear(int slot)
    {
        Payloads[slot] = default;
        foreach (var dense in _dense)
            dense?.Clear(slot);
        var freed = 0L;
        foreach (var lists in _lists)
        {
            if (lists?[slot] is not { } value)
                continue;
            freed += value.Bytes + ListOverheadBytes;
            lists[slot] = null;
        }

        return freed;
    }

    /// <summary>Writer only, before the row is published. Memory that was allocated.</summary>
    public long SetDense(int column, int slot, ReadOnlySpan<float> vector)
    {
        var allocated = 0L;
        if (_dense[column] is not { } dense)
        {
            dense = new DenseRows(_layout.Vectors[column], _layout.RowsPerChunk);
            allocated = dense.AllocatedBytes;
            Volatile.Write(ref _dense[column], dense);
        }

        dense.Set(slot, vector);
        return allocated;
    }

    /// <summary>Keeps the value, which is nobody else's. Writer only, before the row is published. Memory that was allocated, the value's counted in.</summary>
    public long SetList(int column, int slot, VectorValue value)
    {
        var allocated = value.Bytes + ListOverheadBytes;
        if (_lists[column] is not { } lists)
        {
            lists = new VectorValue?[_layout.RowsPerChunk];
            allocated += ((long)lists.Length * IntPtr.Size) + ArrayHeaderBytes;
            Volatile.Write(ref _lists[column], lists);
        }

        lists[slot] = value;
        return allocated;
    }
}
