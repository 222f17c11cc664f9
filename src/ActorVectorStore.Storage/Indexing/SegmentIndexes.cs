using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The payload indexes of a sealed segment. Opened once for a segment and used under any lease of it; safe from any thread.</summary>
internal sealed class SegmentIndexes
{
    private readonly List<FieldIndex> _indexes = [];

    private SegmentIndexes(int rowCount) => RowCount = rowCount;

    /// <summary>Rows of the segment.</summary>
    public int RowCount { get; }

    /// <summary>The indexes, in the order of the file.</summary>
    public IReadOnlyList<FieldIndex> All => _indexes;

    /// <summary>Opens the indexes of a segment. Those that were dropped, that a newer program wrote or that are damaged are left out.</summary>
    /// <param name="reader">A lease.</param>
    /// <param name="wanted">The indexes that there are to be; null for all that are in the file.</param>
    /// <param name="onDamage">Told of each that is damaged; may be null.</param>
    public static SegmentIndexes Open(SealedReader reader, IReadOnlyCollection<PayloadIndex>? wanted = null, Action<SealedDamage>? onDamage = null)
    {
        var indexes = new SegmentIndexes(reader.RowCount);
        for (var number = 0u; reader.Section(new SectionKey(SealedSectionKind.PayloadIndex, number)) is { } section; number++)
        {
            if (TryOpen(section, reader.RowCount, onDamage) is { } index && wanted?.Contains(index.Index.Description) != false)
                indexes._indexes.Add(index);
        }

        return indexes;
    }

    /// <summary>The index of this description, or null.</summary>
    public FieldIndex? Find(PayloadIndex description) => _indexes.Find(index => index.Index.Description == description);

    /// <summary>The indexes of a path.</summary>
    public IEnumerable<FieldIndex> Of(PayloadPath path) => _indexes.Where(index => index.Index.Description.Path == path);

    private static FieldIndex? TryOpen(SealedSection section, int rowCount, Action<SealedDamage>? onDamage)
    {
        try
        {
            return FieldIndex.Open(section, rowCount);
        }
        catch (CorruptionException damage)
        {
            onDamage?.Invoke(DamageOf(section, damage));
            return null;
        }
    }

    /// <summary>The damage of an index section.</summary>
    public static SealedDamage DamageOf(SealedSection section, CorruptionException damage) =>
        new(damage.File, damage.Offset, damage.Expected, damage.Found, section.Entry.Key, section.Entry.IsDerived);
}
