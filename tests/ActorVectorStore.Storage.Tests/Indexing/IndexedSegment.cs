using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>A sealed segment of payloads with indexes, on a simulated disk, and a lease of it. What is told of damage is kept.</summary>
internal sealed class IndexedSegment : IDisposable
{
    private static readonly SealedColumn Column = new("", VectorKind.Dense, ElementType.Float32, Distance.Dot, 1, HasLengths: false);

    private readonly SealedSegment _segment;

    private IndexedSegment(SimulatedFileSystem disk, IReadOnlyCollection<PayloadIndex>? wanted)
    {
        Disk = disk;
        _segment = SealedSegments.Open(disk);
        Reader = _segment.Lease();
        Indexes = SegmentIndexes.Open(Reader, wanted, Damages.Add);
        Planner = new FilterPlanner(Reader, Indexes, Damages.Add);
    }

    public SimulatedFileSystem Disk { get; }

    public SealedReader Reader { get; }

    public SegmentIndexes Indexes { get; }

    public FilterPlanner Planner { get; }

    public List<SealedDamage> Damages { get; } = [];

    public IReadOnlyList<SectionEntry> Sections => [.. _segment.Sections.Where(section => section.Key.Kind == SealedSectionKind.PayloadIndex)];

    public static IndexedSegment Of(IReadOnlyList<ListedRow> rows, params IReadOnlyList<PayloadIndex> indexes) =>
        Open(Write(rows, indexes));

    public static IndexedSegment Of(IEnumerable<string> payloads, params IReadOnlyList<PayloadIndex> indexes) => Of(RowsOf(payloads), indexes);

    public static IndexedSegment Open(SimulatedFileSystem disk, IReadOnlyCollection<PayloadIndex>? wanted = null) => new(disk, wanted);

    /// <summary>One row for each payload, with ascending ids.</summary>
    public static IReadOnlyList<ListedRow> RowsOf(IEnumerable<string> payloads) =>
        [.. payloads.Select((json, n) => new ListedRow(PointId.FromNumber((ulong)n), n, Payload.Parse(json), []))];

    public static SimulatedFileSystem Write(
        IReadOnlyList<ListedRow> rows, IReadOnlyList<PayloadIndex> indexes, int memoryBytes = PayloadIndexBuilder.MemoryBytesDefault)
    {
        var disk = SealedSegments.NewDisk();
        using var builder = new PayloadIndexBuilder(disk, SealedSegments.Path, indexes, rows.Count, memoryBytes);
        for (var row = 0; row < rows.Count; row++)
            builder.Add(row, rows[row].Payload.Utf8.Span);
        ListedRow[] withVectors = [.. rows.Select((row, number) => row with { Vectors = [PlainRows.EveryOther.HasVector("", number) ? ListedVector.Dense(1) : null] })];
        SealedSegments.Write(disk, withVectors, builder.WriteTo, SealedSegments.Spec with { Columns = [Column], ExtraSectionsMax = indexes.Count });
        return disk;
    }

    /// <summary>A segment of the same rows with one index section of any bytes, whose checksums are right.</summary>
    public static SimulatedFileSystem WriteSection(IReadOnlyList<ListedRow> rows, byte[] bytes, ushort version = PayloadIndexSectionFormat.Version)
    {
        var disk = SealedSegments.NewDisk();
        SealedSegments.Write(
            disk,
            rows,
            writer =>
            {
                var section = writer.BeginSection(new SectionKey(SealedSectionKind.PayloadIndex), version, PayloadIndexSectionFormat.Flags);
                section.Append(bytes);
                section.End();
            },
            SealedSegments.Spec with { Columns = [], ExtraSectionsMax = 1 });
        return disk;
    }

    public static PayloadIndex Index(string path, PayloadIndexKind kind) => new(PayloadPath.Parse(path), kind);

    public byte[] SectionBytes(int item = 0)
    {
        var section = Reader.Section(new SectionKey(SealedSectionKind.PayloadIndex, (uint)item))!;
        return section.Span(0, (int)section.Length).ToArray();
    }

    public FilterResult Find(Filter filter, RowBitmap? among = null) => Planner.Plan(filter).Evaluate(among, CancellationToken.None);

    public int[] Rows(Condition condition) => [.. RowsIn(Find(Filter.AllOf(condition)).Rows)];

    public static IEnumerable<int> RowsIn(RowBitmap rows)
    {
        for (var row = rows.Next(0); row >= 0; row = rows.Next(row + 1))
            yield return row;
    }

    public void Dispose()
    {
        Reader.Dispose();
        _segment.Dispose();
    }
}
