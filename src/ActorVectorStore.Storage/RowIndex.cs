using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The newest row of each id: a hash table with open addressing. One writer; readers take no lock. An entry is never removed (the row of a deleted
/// id says so itself), so a reader that probes while the writer inserts finds either the old row or the new one, and from the new one the old one
/// through <see cref="RowChunk.PreviousRow"/>.
/// </summary>
internal sealed class RowIndex
{
    private const int SlotCountMin = 16;

    // Row + 1; 0 is an empty slot. The length is a power of two, and at most three quarters are used, so every probe ends.
    private int[] _slots = new int[SlotCountMin];
    private int _used;

    public long AllocatedBytes => (long)_slots.Length * sizeof(int);

    /// <summary>The newest row of an id, or <see cref="Segment.None"/>. Any thread.</summary>
    public int Find(PointId id, MutableSegment segment)
    {
        var slots = Volatile.Read(ref _slots);
        for (var at = id.GetHashCode() & (slots.Length - 1); ; at = (at + 1) & (slots.Length - 1))
        {
            var row = Volatile.Read(ref slots[at]) - 1;
            if (row < 0 || segment.IdOf(row) == id)
                return row;
        }
    }

    /// <summary>Makes room for new ids, so that the next calls of <see cref="Set"/> cannot fail. Writer only.</summary>
    public void Reserve(int count, MutableSegment segment)
    {
        var needed = _used + count;
        if (needed <= _slots.Length / 4 * 3)
            return;
        var length = _slots.Length;
        while (needed > length / 4 * 3)
            length = checked(length * 2);
        var slots = new int[length];
        foreach (var entry in _slots)
        {
            if (entry != 0)
                slots[FindSlot(slots, segment.IdOf(entry - 1), segment)] = entry;
        }

        Volatile.Write(ref _slots, slots);
    }

    /// <summary>Makes a row the newest of its id. The row's columns must be filled. Writer only.</summary>
    public void Set(PointId id, int row, MutableSegment segment)
    {
        var slots = _slots;
        var at = FindSlot(slots, id, segment);
        if (slots[at] == 0)
            _used++;
        Volatile.Write(ref slots[at], row + 1);
    }

    private static int FindSlot(int[] slots, PointId id, MutableSegment segment)
    {
        var at = id.GetHashCode() & (slots.Length - 1);
        while (slots[at] != 0 && segment.IdOf(slots[at] - 1) != id)
            at = (at + 1) & (slots.Length - 1);
        return at;
    }
}
