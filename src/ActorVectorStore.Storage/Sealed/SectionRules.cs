using System.Globalization;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The rules that a section table keeps, so that every later read may trust it: sections lie one behind the other inside the file, none is
/// there twice, none is missing, their lengths fit the counts, and each has its checksums.
/// </summary>
internal sealed class SectionRules(
    string file, long offset, int rows, IReadOnlyList<ColumnEntry> columns, IReadOnlyList<SectionEntry> sections, DirectoryPreamble preamble)
{
    private const SealedSectionFlags KnownFlags = SealedSectionFlags.Optional | SealedSectionFlags.Derived;

    /// <summary>Checks all rules.</summary>
    /// <exception cref="CorruptionException">One is broken.</exception>
    /// <exception cref="UnsupportedFormatException">There is a section that this program cannot do without and does not know.</exception>
    public void Require()
    {
        RequirePlaces();
        if (sections.DistinctBy(section => section.Key).Count() != sections.Count)
            throw Corrupt("each section once", "one twice");
        foreach (var section in sections)
            RequireKnown(section);
        RequireChecksums();
        foreach (var (key, length) in SectionPlan.Of(rows, columns))
            RequireLength(Find(key), length);
        RequireIds();
        RequirePayloads();
        for (var number = 0u; number < columns.Count; number++)
            RequireColumn(columns[(int)number].Column, number);
    }

    private void RequirePlaces()
    {
        long free = preamble.HeadBytes;
        var end = preamble.FileBytes - SealedSegmentFormat.FooterBytes - preamble.DirectoryBytes;
        foreach (var section in sections)
        {
            // The file is short of 64 TiB, so that neither sum overflows once both numbers are known to be below it.
            if (section.Offset != free || section.Length < 0 || section.Length > end || section.Offset + section.PaddedLength > end)
                throw Corrupt($"{section.Key} from {free} on and before {end}", $"offset {section.Offset} and length {section.Length}");
            free = section.Offset + section.PaddedLength;
        }

        if (free != end)
            throw Corrupt($"sections up to {end}", $"up to {free}");
    }

    private void RequireKnown(SectionEntry section)
    {
        var isKnown = section.Key.Kind != SealedSectionKind.FirstExtra && Enum.IsDefined(section.Key.Kind) && section.Version == SealedSegmentFormat.SectionVersion;
        if (!isKnown && !section.IsOptional)
            throw Unsupported(section);
        if ((section.Flags & ~KnownFlags) != 0 && !preamble.IsNewerMinor)
            throw Corrupt($"flags of {section.Key} from 0 to {KnownFlags:d}", $"{section.Flags:d}");
    }

    private void RequireChecksums()
    {
        var checksums = Find(new SectionKey(SealedSectionKind.BlockChecksums));
        if (checksums.BlockBytes != 0 || checksums.Length % SealedSegmentFormat.ChecksumBytes != 0)
            throw Corrupt("block checksums without checksums of their own", $"blocks of {checksums.BlockBytes} bytes and length {checksums.Length}");
        var count = checksums.Length / SealedSegmentFormat.ChecksumBytes;
        foreach (var section in sections.Where(section => section.Key != checksums.Key))
        {
            if (section.BlockBytes != SealedSegmentFormat.BlockBytes)
                throw Corrupt($"blocks of {SealedSegmentFormat.BlockBytes} bytes in {section.Key}", $"{section.BlockBytes}");
            if (section.FirstChecksum < 0 || section.FirstChecksum > count - section.BlockCount)
                throw Corrupt($"checksums of {section.Key} among {count}", $"{section.BlockCount} from {section.FirstChecksum} on");
        }
    }

    private void RequireIds()
    {
        var numbers = LengthOf(SealedSectionKind.NumberIds);
        var uuids = LengthOf(SealedSectionKind.UuidIds);
        if (numbers % sizeof(ulong) != 0 || uuids % IdSections.UuidBytes != 0 || (numbers / sizeof(ulong)) + (uuids / IdSections.UuidBytes) != rows)
            throw Corrupt($"ids of {rows} rows", $"{numbers} bytes of numbers and {uuids} of UUIDs");
    }

    private void RequirePayloads()
    {
        var index = LengthOf(SealedSectionKind.PayloadBlockIndex);
        if (index % SealedSegmentFormat.PayloadIndexEntryBytes != 0
            || index < SealedSegmentFormat.PayloadIndexEntryBytes
            || index / SealedSegmentFormat.PayloadIndexEntryBytes > rows + 1L)
            throw Corrupt($"an index of at most {rows} payload blocks", $"{index} bytes");
    }

    private void RequireColumn(SealedColumn column, uint number)
    {
        if (column.Kind == VectorKind.Sparse)
        {
            var indices = LengthOf(SealedSectionKind.SparseIndices, number);
            var values = LengthOf(SealedSectionKind.SparseValues, number);
            if (indices != values || indices % sizeof(uint) != 0)
                throw Corrupt($"as many indices as values in column {number}", $"{indices} and {values} bytes");
        }
        else if (column.Kind == VectorKind.Multi)
        {
            var vectors = LengthOf(SealedSectionKind.Vectors, number);
            if (vectors % column.StrideBytes != 0)
                throw Corrupt($"vectors of {column.StrideBytes} bytes in column {number}", $"{vectors} bytes");
            if (column.HasLengths)
                RequireLength(Find(new SectionKey(SealedSectionKind.Lengths, number)), vectors / column.StrideBytes * sizeof(float));
        }
    }

    private void RequireLength(SectionEntry section, long length)
    {
        if (section.Version != SealedSegmentFormat.SectionVersion)
            throw Unsupported(section);
        if (length != SectionPlan.AnyLength && section.Length != length)
            throw Corrupt($"{length} bytes of {section.Key}", section.Length.ToString(CultureInfo.InvariantCulture));
    }

    private long LengthOf(SealedSectionKind kind, uint item = 0) => Find(new SectionKey(kind, item)).Length;

    private SectionEntry Find(SectionKey key)
    {
        foreach (var section in sections)
        {
            if (section.Key == key)
                return section;
        }

        throw Corrupt($"section {key}", "none");
    }

    private UnsupportedFormatException Unsupported(SectionEntry section) =>
        new(file, preamble.Major, SealedSegmentFormat.MajorVersion, $"minor version {preamble.Minor} with section {section.Key} of version {section.Version}");

    private CorruptionException Corrupt(string expected, string found) => new(file, offset, expected, found);
}
