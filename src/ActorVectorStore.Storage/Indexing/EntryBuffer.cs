using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>Entries in memory: their keys one behind the other, and for each where its key is. One thread.</summary>
/// <param name="bytesMax">It is full when entries and keys have more bytes than this; arrays are twice as large at most, three times while they grow.</param>
internal sealed class EntryBuffer(int bytesMax)
{
    private const int EntryBytes = 24;

    private byte[] _keys = new byte[1_024];
    private Entry[] _entries = new Entry[64];
    private int _keyBytes;

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an entry with a key of so many bytes would be too much, though the buffer is not empty.</summary>
    public bool IsFullFor(int keyBytes) => Count > 0 && ((long)Count * EntryBytes) + _keyBytes + EntryBytes + keyBytes > bytesMax;

    public void Add(ReadOnlySpan<byte> key, int row)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        if (key.Length > _keys.Length - _keyBytes)
            Array.Resize(ref _keys, Math.Max(_keys.Length * 2, _keyBytes + key.Length));
        key.CopyTo(_keys.AsSpan(_keyBytes));
        _entries[Count++] = new Entry(Prefix(key), _keyBytes, key.Length, row);
        _keyBytes += key.Length;
    }

    /// <summary>Sorts the entries and leaves out those that are there twice.</summary>
    public void Sort()
    {
        _entries.AsSpan(0, Count).Sort(Compare);
        var kept = 0;
        for (var at = 0; at < Count; at++)
        {
            if (kept == 0 || Compare(_entries[kept - 1], _entries[at]) != 0)
                _entries[kept++] = _entries[at];
        }

        Count = kept;
    }

    public void Clear() => (Count, _keyBytes) = (0, 0);

    public ReadOnlySpan<byte> KeyOf(int entry) => KeyOf(in _entries[entry]);

    public int RowOf(int entry) => _entries[entry].Row;

    private ReadOnlySpan<byte> KeyOf(in Entry entry) => _keys.AsSpan(entry.KeyStart, entry.KeyBytes);

    private int Compare(Entry left, Entry right)
    {
        var order = left.Prefix.CompareTo(right.Prefix);
        if (order == 0)
            order = KeyOf(in left).SequenceCompareTo(KeyOf(in right));
        return order != 0 ? order : left.Row.CompareTo(right.Row);
    }

    // Most keys differ in their first bytes, which are compared without a look at the others. Zeros stand for bytes that a short key has not.
    private static ulong Prefix(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(key);
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        key.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    private readonly record struct Entry(ulong Prefix, int KeyStart, int KeyBytes, int Row);
}
