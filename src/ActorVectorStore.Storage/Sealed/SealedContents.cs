using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The columns of an open segment. They read through its mapping, so that each use needs a lease.</summary>
internal sealed class SealedContents
{
    private readonly Dictionary<string, object> _columns = new(StringComparer.Ordinal);

    public SealedContents(SegmentDirectory directory, SegmentSections sections, PayloadBlockCache cache)
    {
        RowCount = directory.RowCount;
        Sections = sections;
        Ids = new SealedIds(sections, RowCount);
        InsertedAt = sections.Require(SealedSectionKind.InsertedAt);
        Payloads = new PayloadColumn(sections, RowCount, cache);
        for (var number = 0; number < directory.Columns.Count; number++)
            _columns.Add(directory.Columns[number].Column.Name, Open(directory.Columns[number], (uint)number));
    }

    public int RowCount { get; }

    public SegmentSections Sections { get; }

    public SealedIds Ids { get; }

    public SealedSection InsertedAt { get; }

    public PayloadColumn Payloads { get; }

    /// <summary>The vector column of this name, or null.</summary>
    public object? Column(string name) => _columns.GetValueOrDefault(name);

    private object Open(ColumnEntry entry, uint number)
    {
        var column = entry.Column;
        var section = entry.PresentRows < RowCount ? Sections.Require(SealedSectionKind.Presence, number) : null;
        var presence = new Presence(section, RowCount, entry.PresentRows);
        return column.Kind switch
        {
            VectorKind.Dense => new DenseColumn(column, presence, OpenVectors(column, number)),
            VectorKind.Multi => OpenMulti(column, presence, number),
            _ => OpenSparse(column, presence, number),
        };
    }

    private StoredVectors OpenVectors(SealedColumn column, uint number) =>
        new(column, Sections.Require(SealedSectionKind.Vectors, number), Sections.Find(SealedSectionKind.Lengths, number));

    private MultiColumn OpenMulti(SealedColumn column, Presence presence, uint number)
    {
        var vectors = OpenVectors(column, number);
        var offsets = Sections.Require(SealedSectionKind.ListOffsets, number);
        return new MultiColumn(
            column, presence, new ListOffsets(offsets, vectors.Count, SealedSegmentFormat.MultiComponentsMax / column.Dimension), vectors);
    }

    private SparseColumn OpenSparse(SealedColumn column, Presence presence, uint number)
    {
        var indices = Sections.Require(SealedSectionKind.SparseIndices, number);
        var offsets = new ListOffsets(
            Sections.Require(SealedSectionKind.ListOffsets, number), indices.Length / sizeof(uint), SealedSegmentFormat.SparseEntriesMax);
        return new SparseColumn(column, presence, offsets, indices, Sections.Require(SealedSectionKind.SparseValues, number));
    }
}
