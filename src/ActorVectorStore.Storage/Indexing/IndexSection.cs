using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// One index of a segment, as <see cref="PayloadIndexSectionFormat"/> lays it out. The trailer and the description are read when it is opened; all
/// else is read in the mapping. Needs a lease; safe from any thread.
/// </summary>
internal sealed class IndexSection
{
    private readonly IndexTrailer _trailer;
    private readonly long _setsStart;

    private IndexSection(SealedSection section, IndexTrailer trailer, PayloadIndex description, int rowCount)
    {
        Section = section;
        _trailer = trailer;
        _setsStart = trailer.Part1 + trailer.Part2 + trailer.Part3;
        Description = description;
        RowCount = rowCount;
    }

    /// <summary>The section.</summary>
    public SealedSection Section { get; }

    /// <summary>What the index is.</summary>
    public PayloadIndex Description { get; }

    /// <summary>Rows of the segment.</summary>
    public int RowCount { get; }

    /// <summary>Rows that have a key or a term.</summary>
    public int KeyedRows => (int)_trailer.KeyedRows;

    /// <summary>Terms or keys.</summary>
    public long EntryCount => _trailer.EntryCount;

    /// <summary>First byte of the second part.</summary>
    public long Part2Start => _trailer.Part1;

    /// <summary>First byte of the third part.</summary>
    public long Part3Start => _trailer.Part1 + _trailer.Part2;

    /// <summary>Opens an index; null if a newer program wrote it.</summary>
    /// <param name="section">The section.</param>
    /// <param name="rowCount">Rows of the segment.</param>
    /// <exception cref="CorruptionException">It is damaged, or breaks a rule.</exception>
    public static IndexSection? Open(SealedSection section, int rowCount)
    {
        if (section.Entry.Version != PayloadIndexSectionFormat.Version)
            return null;
        var trailerAt = section.Length - PayloadIndexSectionFormat.TrailerBytes;
        if (trailerAt < 0)
            throw section.Corrupt(0, $"an index of at least {PayloadIndexSectionFormat.TrailerBytes} bytes", $"{section.Length}");
        var trailer = IndexTrailer.Read(section.Span(trailerAt, PayloadIndexSectionFormat.TrailerBytes))
            ?? throw section.Corrupt(trailerAt, "the trailer of an index", "other bytes");
        Require(section, trailer, trailerAt, rowCount);
        return ReadDescription(section, trailer, trailerAt) is { } description ? new IndexSection(section, trailer, description, rowCount) : null;
    }

    /// <summary>The postings of a row set.</summary>
    public Postings Set(RowSetKind kind)
    {
        var start = _setsStart;
        for (var set = 0; set < (int)kind; set++)
            start += _trailer.Sets[set].Bytes;
        return new Postings(Section, start, start + _trailer.Sets[(int)kind].Bytes, (int)_trailer.Sets[(int)kind].Rows);
    }

    // Each part is at most as long as the section before it is summed, so that no sum overflows.
    private static void Require(SealedSection section, IndexTrailer trailer, long trailerAt, int rowCount)
    {
        long[] parts = [trailer.Part1, trailer.Part2, trailer.Part3, .. trailer.Sets.Select(set => (long)set.Bytes), trailer.DescriptionBytes];
        if (parts.Any(part => part < 0 || part > trailerAt) || parts.Sum() != trailerAt)
            throw section.Corrupt(trailerAt, $"parts of {trailerAt} bytes", string.Join(" + ", parts));
        if (trailer.RowCount != rowCount || trailer.KeyedRows > rowCount || trailer.Sets.Any(set => set.Rows > rowCount))
            throw section.Corrupt(trailerAt, $"an index of {rowCount} rows", $"one of {trailer.RowCount}, or with more in it");
        if (trailer.EntryCount < 0 || trailer.EntryCount > trailerAt)
            throw section.Corrupt(trailerAt, $"terms or keys for {trailerAt} bytes", $"{trailer.EntryCount}");
        if (trailer.DescriptionBytes > PayloadIndexFormat.BytesMax)
            throw section.Corrupt(trailerAt, $"a description of at most {PayloadIndexFormat.BytesMax} bytes", $"{trailer.DescriptionBytes}");
    }

    private static PayloadIndex? ReadDescription(SealedSection section, IndexTrailer trailer, long trailerAt)
    {
        var at = trailerAt - trailer.DescriptionBytes;
        try
        {
            var description = PayloadIndexFormat.Read(section.Span(at, (int)trailer.DescriptionBytes), out var read);
            if (read != trailer.DescriptionBytes || !FitsKind(trailer, description.Kind))
                throw section.Corrupt(trailerAt, $"the parts of a {description.Kind} index described in {read} bytes", "parts of other lengths");
            return description;
        }
        catch (MalformedOperationException error)
        {
            throw section.Corrupt(at + error.Offset, error.Expected, error.Found);
        }
        catch (UnsupportedOperationException)
        {
            return null;
        }
    }

    private static bool FitsKind(IndexTrailer trailer, PayloadIndexKind kind) => PayloadIndexSectionFormat.KeyBytes(kind) is var keyBytes && keyBytes > 0
        ? trailer.Part1 == trailer.EntryCount * keyBytes && trailer.Part2 == trailer.EntryCount * PayloadIndexSectionFormat.RowBytes && trailer.Part3 == 0
        : trailer.Part3 == (trailer.EntryCount + 1) * PayloadIndexSectionFormat.TermEntryBytes;
}
