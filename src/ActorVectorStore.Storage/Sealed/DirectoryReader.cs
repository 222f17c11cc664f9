using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The reading half of the directory in <see cref="SealedSegmentFormat"/>. Its twin is <see cref="DirectoryWriter"/>. Believes no number before it was
/// compared with what there is. One use.
/// </summary>
/// <param name="file">For errors: the path.</param>
/// <param name="offset">For errors: where the bytes were found.</param>
/// <param name="bytes">A whole directory.</param>
internal ref struct DirectoryReader(string file, long offset, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at = SealedSegmentFormat.PreambleBytes;

    /// <summary>Reads what follows the preamble, and checks the whole against the rules of the format.</summary>
    /// <exception cref="CorruptionException">A checksum or a rule does not hold.</exception>
    /// <exception cref="UnsupportedFormatException">There is a section that this program cannot do without and does not know.</exception>
    public SegmentDirectory Read(DirectoryPreamble preamble)
    {
        RequireChecksum();
        var rows = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        if (rows is < 0 or > SealedSegmentFormat.RowsMax)
            throw Corrupt(64, $"0 to {SealedSegmentFormat.RowsMax} rows", Text(rows));
        var columnCount = ReadCount(SealedSegmentFormat.ColumnsMax, "columns");
        var sectionCount = ReadCount(SealedSegmentFormat.SectionsMax, "sections");
        var writerBytes = ReadCount(SealedSegmentFormat.NameBytesMax, "bytes of the writer's name");
        RequireZero(Take(6), preamble);
        var writtenBy = ReadText(writerBytes);
        var columns = new List<ColumnEntry>();
        for (var i = 0; i < columnCount; i++)
            columns.Add(ReadColumn(rows, preamble));
        if (columns.DistinctBy(entry => entry.Column.Name, StringComparer.Ordinal).Count() != columnCount)
            throw Corrupt(SealedSegmentFormat.FixedBytes, "a different name for each column", "one twice");
        var sections = new List<SectionEntry>();
        for (var i = 0; i < sectionCount; i++)
            sections.Add(ReadSection(preamble));
        RequireZero(_bytes[_at..^SealedSegmentFormat.ChecksumBytes], preamble);
        new SectionRules(file, offset, rows, columns, sections, preamble).Require();
        return new SegmentDirectory(preamble.Id, writtenBy, rows, columns, sections, preamble.HeadBytes, preamble.FileBytes);
    }

    private readonly void RequireChecksum()
    {
        var expected = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[^SealedSegmentFormat.ChecksumBytes..]);
        var found = XxHash3.HashToUInt64(_bytes[..^SealedSegmentFormat.ChecksumBytes]);
        if (expected != found)
            throw Corrupt(0, $"a directory with checksum {expected:x16}", $"{found:x16}");
    }

    private ColumnEntry ReadColumn(int rows, DirectoryPreamble preamble)
    {
        var at = _at;
        var part = Take(SealedSegmentFormat.ColumnFixedBytes);
        var dimension = BinaryPrimitives.ReadUInt32LittleEndian(part[4..]);
        var present = BinaryPrimitives.ReadUInt32LittleEndian(part[8..]);
        var nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(part[12..]);
        RequireZero(part[14..], preamble);
        if (part[3] > 1 || dimension > ModelLimits.DimensionMax || present > rows)
            throw Corrupt(at, $"lengths 0 or 1, a right dimension and at most {rows} vectors", $"{part[3]}, {dimension} and {present}");
        var column = new SealedColumn(
            ReadText(nameBytes), (VectorKind)part[0], (ElementType)part[1], (Distance)part[2], (int)dimension, part[3] == 1);
        return column.BrokenRule() is { } rule
            ? throw Corrupt(at, rule, $"{column}")
            : new ColumnEntry(column, (int)present);
    }

    private SectionEntry ReadSection(DirectoryPreamble preamble)
    {
        var part = Take(SealedSegmentFormat.SectionEntryBytes);
        RequireZero(part[40..], preamble);
        return SectionEntry.Read(part);
    }

    private int ReadCount(int max, string what)
    {
        var at = _at;
        var count = BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
        return count <= max ? count : throw Corrupt(at, $"at most {max} {what}", Text(count));
    }

    private string ReadText(int length)
    {
        var at = _at;
        return SealedColumn.NameOf(Take(length)) ?? throw Corrupt(at, "UTF-8 text", "other bytes");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var left = _bytes.Length - SealedSegmentFormat.ChecksumBytes - _at;
        if (count > left)
            throw Corrupt(_at, $"{count} more bytes of the directory", Text(left));
        _at += count;
        return _bytes.Slice(_at - count, count);
    }

    private readonly void RequireZero(ReadOnlySpan<byte> reserve, DirectoryPreamble preamble)
    {
        if (!preamble.IsNewerMinor && reserve.ContainsAnyExcept((byte)0))
            throw Corrupt(_at, "0 in the reserve", "another value");
    }

    private readonly CorruptionException Corrupt(int at, string expected, string found) => new(file, offset + at, expected, found);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
