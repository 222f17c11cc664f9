using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Rows of a shard as reads see them, wherever they lie. A row is visible at an index iff <c>insertedAt &lt;= index &lt; deletedAt</c>; at every index at most one
/// row of an id is, over all segments. One writer, the shard's owner, who only ever changes <see cref="DeletedAt"/> and appends; any number of readers, without
/// locks. Readers hold a <see cref="SegmentSet"/>: spans and columns may be a mapped file.
/// </summary>
/// <remarks>Every member that reads rows throws <see cref="FileSystem.CorruptionException"/> if what it touches on disk is damaged.</remarks>
internal abstract class Segment
{
    /// <summary>The value of <see cref="DeletedAt"/> for a row that is not deleted.</summary>
    public const long Never = long.MaxValue;

    /// <summary>No row.</summary>
    public const int None = -1;

    /// <summary>Rows. Of a segment that is still written to, its writer's count: readers go by their state's.</summary>
    public abstract int RowCount { get; }

    /// <summary>Memory held, the page cache not counted.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>The row's point.</summary>
    public abstract PointId IdOf(int row);

    /// <summary>Log index that inserted the row: the version of its point.</summary>
    public abstract long InsertedAt(int row);

    /// <summary>Log index that deleted the row; <see cref="Never"/> if none did.</summary>
    public abstract long DeletedAt(int row);

    /// <summary>The payload's JSON text, or no bytes where it is empty.</summary>
    public abstract ReadOnlySpan<byte> PayloadUtf8(int row);

    /// <summary>The payload in memory of its own.</summary>
    public abstract Payload ReadPayload(int row);

    /// <summary>The vector without its padding.</summary>
    public abstract ReadOnlySpan<float> Vector(int row);

    /// <summary>Vectors that lie one behind the other, from this row on; at least one row, at most to <paramref name="end"/>.</summary>
    public abstract VectorBlock VectorsFrom(int row, int end);

    /// <summary>The row of an id that is visible at an index, among the first <paramref name="rowCount"/>, or <see cref="None"/>.</summary>
    public abstract int Find(PointId id, long index, int rowCount);

    /// <summary>The row of an id that is not deleted, or <see cref="None"/>. Owner only.</summary>
    public abstract int FindLive(PointId id);

    /// <summary>The first <paramref name="rowCount"/> rows whose ids are at least this one, visible or not, in the order of ids.</summary>
    public abstract IEnumerable<int> RowsFrom(PointId id, int rowCount);

    /// <summary>Whether all rows of a range are visible, as far as that can be told at once.</summary>
    public abstract bool AreAllVisible(int first, int count, long index);

    /// <summary>Whether a row is visible.</summary>
    public bool IsVisible(int row, long index) => DeletedAt(row) > index && InsertedAt(row) <= index;

    /// <summary>Makes room so that <see cref="Bury"/> of this row cannot fail. Owner only.</summary>
    public abstract void ReserveBurial(int row);

    /// <summary>Deletes a row at an index; false if it is deleted already. Room was reserved. Owner only.</summary>
    public abstract bool Bury(int row, long index);
}
