using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// The terms of an index, ascending, and their postings. Finding one touches about log2(terms) places of the table and as many of the terms. Needs a
/// lease; safe from any thread.
/// </summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged or breaks a rule.</remarks>
internal sealed class TermTable(IndexSection index)
{
    private const int PostingsStartAt = 8;
    private const int RowsAt = 16;

    /// <summary>Terms.</summary>
    public long Count => index.EntryCount;

    /// <summary>The bytes of a term.</summary>
    public ReadOnlySpan<byte> TermAt(long term)
    {
        var both = Entry(term);
        var start = BinaryPrimitives.ReadInt64LittleEndian(both);
        var end = BinaryPrimitives.ReadInt64LittleEndian(both[PayloadIndexSectionFormat.TermEntryBytes..]);
        var bytes = index.Part3Start - index.Part2Start;
        if (start < 0 || end < start || end > bytes || end - start > PayloadIndexSectionFormat.TermBytesMax)
            throw Corrupt(term, $"a term inside {bytes} bytes", $"one from {start} to {end}");
        return index.Section.Span(index.Part2Start + start, (int)(end - start));
    }

    /// <summary>The postings of a term.</summary>
    public Postings PostingsAt(long term)
    {
        var both = Entry(term);
        var start = BinaryPrimitives.ReadInt64LittleEndian(both[PostingsStartAt..]);
        var end = BinaryPrimitives.ReadInt64LittleEndian(both[(PayloadIndexSectionFormat.TermEntryBytes + PostingsStartAt)..]);
        var rows = BinaryPrimitives.ReadUInt32LittleEndian(both[RowsAt..]);
        if (start < 0 || end < start || end > index.Part2Start || rows > index.RowCount)
            throw Corrupt(term, $"postings of at most {index.RowCount} rows inside {index.Part2Start} bytes", $"{rows} from {start} to {end}");
        return new Postings(index.Section, start, end, (int)rows);
    }

    /// <summary>The first term that is not before this one; <see cref="Count"/> if all are.</summary>
    public long LowerBound(ReadOnlySpan<byte> term)
    {
        var (low, high) = (0L, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (TermAt(middle).SequenceCompareTo(term) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The postings of this term, or null.</summary>
    public Postings? Find(ReadOnlySpan<byte> term)
    {
        var at = LowerBound(term);
        return at < Count && TermAt(at).SequenceEqual(term) ? PostingsAt(at) : null;
    }

    // A term's entry and the next one, which says where it ends.
    private ReadOnlySpan<byte> Entry(long term)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)term, (ulong)Count, nameof(term));
        return index.Section.Span(index.Part3Start + (term * PayloadIndexSectionFormat.TermEntryBytes), 2 * PayloadIndexSectionFormat.TermEntryBytes);
    }

    private CorruptionException Corrupt(long term, string expected, string found) =>
        index.Section.Corrupt(index.Part3Start + (term * PayloadIndexSectionFormat.TermEntryBytes), expected, found);
}
