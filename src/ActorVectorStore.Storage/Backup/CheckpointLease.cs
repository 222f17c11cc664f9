namespace ActorVectorStore.Storage;

/// <summary>A saved checkpoint whose files stay there as long as it is not disposed of. Any one thread.</summary>
public sealed class CheckpointLease : IDisposable
{
    private readonly ShardStore _store;
    private readonly SegmentSet _segments;
    private int _isDisposed;

    internal CheckpointLease(ShardStore store, SegmentSet segments, long index, ReadOnlyMemory<byte> manifest) =>
        (_store, _segments, Index, Manifest) = (store, segments, index, manifest);

    /// <summary>Its log index.</summary>
    public long Index { get; }

    /// <summary>Its manifest; empty for a shard that never had one.</summary>
    public ReadOnlyMemory<byte> Manifest { get; }

    /// <summary>The segments, and what the manifest says of each.</summary>
    internal IEnumerable<(DiskSegment Segment, SegmentEntry Entry)> Segments
    {
        get
        {
            if (Manifest.IsEmpty)
                return [];
            var entries = ShardManifestFormat.Read(Manifest.Span, "a checkpoint").Segments.ToDictionary(entry => entry.Id);
            return _segments.OnDisk.Select(segment => (segment, entries[segment.Entry.Id]));
        }
    }

    /// <summary>Lets the files go.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _segments.Release();
        _store.LeaseEnded();
    }
}
