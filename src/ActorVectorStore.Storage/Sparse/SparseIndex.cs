using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// The inverted index of a sparse column of a segment, as <see cref="SparseIndexFormat"/> lays it out. The trailer and the list of groups are read when it is opened; all else is read in the mapping.
/// Needs a lease; safe from any thread.
/// </summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged or breaks a rule: the caller does without the index.</remarks>
internal sealed class SparseIndex
{
    private readonly SealedSection _section;
    private readonly int _rowCount;
    private readonly SparseGroup[] _groups;

    private SparseIndex(SealedSection section, int rowCount, SparseGroup[] groups, long postings, long presentRows)
    {
        (_section, _rowCount, _groups) = (section, rowCount, groups);
        EntriesPerRow = postings / Math.Max(1, presentRows);
    }

    /// <summary>Entries that a row's vector has, on average, rounded down.</summary>
    public long EntriesPerRow { get; }

    /// <summary>Opens an index; null if a newer program wrote it.</summary>
    /// <param name="section">The section.</param>
    /// <param name="rowCount">Rows of the segment.</param>
    public static SparseIndex? Open(SealedSection section, int rowCount)
    {
        if (section.Entry.Version != SparseIndexFormat.Version)
            return null;
        var trailerAt = section.Length - SparseIndexFormat.TrailerBytes;
        if (trailerAt < 0)
            throw section.Corrupt(0, $"a sparse index of at least {SparseIndexFormat.TrailerBytes} bytes", $"{section.Length}");
        var trailer = section.Span(trailerAt, SparseIndexFormat.TrailerBytes);
        var (rows, groups) = (BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]), BinaryPrimitives.ReadUInt32LittleEndian(trailer[8..]));
        var (postings, present) = (BinaryPrimitives.ReadInt64LittleEndian(trailer[16..]), BinaryPrimitives.ReadInt64LittleEndian(trailer[24..]));
        if (!trailer.StartsWith(SparseIndexFormat.Magic) || trailer[12..16].ContainsAnyExcept((byte)0) || trailer[32..].ContainsAnyExcept((byte)0))
            throw section.Corrupt(trailerAt, "the trailer of a sparse index", "other bytes");
        if (rows != rowCount || present < 0 || present > rowCount)
            throw section.Corrupt(trailerAt, $"a sparse index of {rowCount} rows", $"one of {rows}, {present} of which have a vector");
        if (groups > SparseIndexFormat.GroupsMax || postings < 0 || postings > trailerAt / SparseIndexFormat.PostingBytes)
            throw section.Corrupt(trailerAt, $"postings in {trailerAt} bytes", $"{postings} in {groups} groups");
        return new SparseIndex(section, rowCount, ReadGroups(section, trailerAt, (int)groups, postings), postings, present);
    }

    /// <summary>The postings of a dimension, or null.</summary>
    public SparseList? Find(uint dimension)
    {
        var group = Array.FindIndex(_groups, one => one.Last >= dimension);
        if (group < 0 || _groups[group].First > dimension)
            return null;
        var (low, high) = (0L, (long)_groups[group].Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var found = Line(_groups[group], middle);
            if (found.Dimension == dimension)
                return Checked(found, _groups[group].Table + (middle * SparseIndexFormat.DimensionBytes), _groups[group].Table);
            (low, high) = found.Dimension < dimension ? (middle + 1, high) : (low, middle);
        }

        return null;
    }

    /// <summary>Postings of a block of a list, from the first that is wanted on: rows and their weights.</summary>
    /// <param name="start">Offset of the list.</param>
    /// <param name="count">Postings of the list.</param>
    /// <param name="posting">The first posting wanted, below the count.</param>
    /// <param name="rows">Rows; whether they ascend is not checked.</param>
    /// <param name="weights">As many weights.</param>
    public void Read(long start, int count, int posting, out ReadOnlySpan<uint> rows, out ReadOnlySpan<float> weights)
    {
        var first = posting / SparseIndexFormat.BlockPostings * SparseIndexFormat.BlockPostings;
        var length = Math.Min(count - first, SparseIndexFormat.BlockPostings);
        var block = _section.Span(start + ((long)first * SparseIndexFormat.PostingBytes), length * SparseIndexFormat.PostingBytes);
        rows = MemoryMarshal.Cast<byte, uint>(block[..(length * sizeof(uint))])[(posting - first)..];
        weights = MemoryMarshal.Cast<byte, float>(block[(length * sizeof(uint))..])[(posting - first)..];
    }

    /// <summary>A rule is broken that checksums do not show.</summary>
    public CorruptionException Corrupt(long offset, string expected, string found) => _section.Corrupt(offset, expected, found);

    private static SparseGroup[] ReadGroups(SealedSection section, long end, int count, long postings)
    {
        var at = end - ((long)count * SparseIndexFormat.GroupBytes);
        if (at < 0)
            throw section.Corrupt(end, $"groups in {end} bytes", $"{count}");
        var groups = new SparseGroup[count];
        for (var i = 0; i < count; i++)
        {
            var start = at + ((long)i * SparseIndexFormat.GroupBytes);
            if (SparseGroup.Read(section.Span(start, SparseIndexFormat.GroupBytes)) is not { } group || !Fits(group, i == 0 ? null : groups[i - 1], at))
                throw section.Corrupt(start, "a group behind the one before it", "another");
            groups[i] = group;
        }

        // Each table ends before the next, and the last before the list of groups: no sum overflows.
        var lists = at - groups.Sum(group => group.TableBytes);
        return lists == postings * SparseIndexFormat.PostingBytes
            ? groups
            : throw section.Corrupt(end, $"lists of {postings} postings", $"lists of {lists} bytes");
    }

    private static bool Fits(SparseGroup group, SparseGroup? before, long end) =>
        group.First <= group.Last && group.Count > 0 && group.Table >= 0 && group.Table <= end - group.TableBytes
        && (before is not { } other || (other.Last < group.First && other.Table + other.TableBytes <= group.Table));

    private SparseDimension Line(SparseGroup group, long line) =>
        SparseDimension.Read(_section.Span(group.Table + (line * SparseIndexFormat.DimensionBytes), SparseIndexFormat.DimensionBytes));

    private SparseList Checked(SparseDimension dimension, long at, long end)
    {
        var bytes = (long)dimension.Count * SparseIndexFormat.PostingBytes;
        if (dimension.Count == 0 || dimension.Count > _rowCount || dimension.Start < 0 || dimension.Start % sizeof(uint) != 0 || dimension.Start > end - bytes)
            throw _section.Corrupt(at, $"1 to {_rowCount} postings before {end}", $"{dimension.Count} from {dimension.Start} on");
        return float.IsFinite(dimension.Lowest) && float.IsFinite(dimension.Highest) && dimension.Lowest <= dimension.Highest
            ? new SparseList(this, dimension, _rowCount)
            : throw _section.Corrupt(at, "a lowest and a highest weight", $"{dimension.Lowest} and {dimension.Highest}");
    }
}
