using System.Buffers.Binary;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The keys of an index, ascending, and the row of each; of equal keys the smaller row comes first. Needs a lease; safe from any thread.
/// </summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged or breaks a rule.</remarks>
internal sealed class KeyTable(IndexSection index)
{
    private readonly int _keyBytes = PayloadIndexSectionFormat.KeyBytes(index.Description.Kind);

    /// <summary>Reads a value of a key.</summary>
    /// <typeparam name="T">The value.</typeparam>
    public delegate T Decoder<out T>(ReadOnlySpan<byte> key);

    /// <summary>Keys.</summary>
    public long Count => index.EntryCount;

    /// <summary>Rows of the segment.</summary>
    public int RowCount => index.RowCount;

    /// <summary>Keys that are not the only one of their row: no more of any range can be of rows that it has already.</summary>
    public long RepeatedRows => Math.Max(0, Count - index.KeyedRows);

    /// <summary>A key.</summary>
    public ReadOnlySpan<byte> KeyAt(long at) => KeysFrom(at, 1);

    /// <summary>Keys one behind the other.</summary>
    public ReadOnlySpan<byte> KeysFrom(long at, int count) => index.Section.Span(at * _keyBytes, count * _keyBytes);

    /// <summary>The row of a key.</summary>
    public int RowAt(long at) => ReadRow(index.Section.Span(RowOffset(at), PayloadIndexSectionFormat.RowBytes), at);

    /// <summary>The rows of keys one behind the other, as they are stored; <see cref="ReadRow"/> reads one.</summary>
    public ReadOnlySpan<byte> RowsFrom(long at, int count) => index.Section.Span(RowOffset(at), count * PayloadIndexSectionFormat.RowBytes);

    /// <summary>A row at the start of stored ones.</summary>
    /// <param name="source">Stored rows.</param>
    /// <param name="at">The key that it belongs to.</param>
    public int ReadRow(ReadOnlySpan<byte> source, long at)
    {
        var row = BinaryPrimitives.ReadUInt32LittleEndian(source);
        return row < RowCount ? (int)row : throw index.Section.Corrupt(RowOffset(at), $"a row below {RowCount}", $"{row}");
    }

    /// <summary>The damage of a key that no value has.</summary>
    public CorruptionException CorruptKey(long at, string expected) => index.Section.Corrupt(at * _keyBytes, expected, "other bytes");

    /// <summary>The keys whose values are inside bounds: one range, since values are ordered as their keys are.</summary>
    public KeyRange Inside<T>(Bounds<T> bounds, Decoder<T> decode)
        where T : struct, IComparable<T>
    {
        var low = bounds with { LessThan = null, AtMost = null };
        var high = bounds with { GreaterThan = null, AtLeast = null };
        var first = FirstWhere(new KeyRange(0, Count), key => low.Contain(decode(key)));
        return new KeyRange(first, FirstWhere(new KeyRange(first, Count), key => !high.Contain(decode(key))));
    }

    /// <summary>The keys that are equal to this one.</summary>
    public KeyRange EqualTo(byte[] key)
    {
        var first = FirstWhere(new KeyRange(0, Count), other => other.SequenceCompareTo(key) >= 0);
        return new KeyRange(first, FirstWhere(new KeyRange(first, Count), other => other.SequenceCompareTo(key) > 0));
    }

    /// <summary>The first key of a range for which something holds that holds for all behind it too; the range's end if there is none.</summary>
    public long FirstWhere(KeyRange range, Decoder<bool> holds)
    {
        var (low, high) = (range.Start, range.End);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (holds(KeyAt(middle)))
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private long RowOffset(long at) => index.Part2Start + (at * PayloadIndexSectionFormat.RowBytes);
}
