namespace ActorVectorStore.Storage;

/// <summary>The sections of one segment by their keys.</summary>
internal sealed class SegmentSections
{
    private readonly Dictionary<SectionKey, SealedSection> _sections;

    public SegmentSections(string file, SegmentDirectory directory, SharedMapping mapping, DamageWatch watch)
    {
        var checksum = new BlockChecksum(directory.Id);
        _sections = directory.Sections
            .Where(entry => entry.Key != directory.Checksums.Key)
            .ToDictionary(entry => entry.Key, entry => new SealedSection(file, entry, directory.Checksums, mapping, checksum, watch));
    }

    /// <summary>All but the checksums.</summary>
    public IEnumerable<SealedSection> All => _sections.Values;

    /// <summary>A section that the rules of the directory make sure of.</summary>
    public SealedSection Require(SealedSectionKind kind, uint item = 0) => _sections[new SectionKey(kind, item)];

    /// <summary>A section, if there is one.</summary>
    public SealedSection? Find(SealedSectionKind kind, uint item = 0) => _sections.GetValueOrDefault(new SectionKey(kind, item));
}
