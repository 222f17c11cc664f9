using System.Collections.Immutable;

namespace ActorVectorStore.Storage;

/// <summary>
/// The segments of a shard between two changes of their list: immutable, and alive as long as its owner or any reader has it. The last one is the segment
/// that is written to; the others are older. Safe from any thread.
/// </summary>
internal sealed class SegmentSet
{
    private readonly LeaseCount _leases = new();

    public SegmentSet(ImmutableArray<Segment> segments)
    {
        Segments = segments;
        foreach (var segment in OnDisk)
            segment.Acquire();
    }

    /// <summary>All segments.</summary>
    public ImmutableArray<Segment> Segments { get; }

    /// <summary>The segment that is written to.</summary>
    public MutableSegment Active => (MutableSegment)Segments[^1];

    /// <summary>Those that are files.</summary>
    public IEnumerable<DiskSegment> OnDisk => Segments.OfType<DiskSegment>();

    /// <summary>Takes a lease; false if the set is gone.</summary>
    public bool TryAcquire() => _leases.TryAcquire();

    /// <summary>Gives a lease back; the last one lets go of the segments.</summary>
    public void Release()
    {
        if (!_leases.Release())
            return;
        foreach (var segment in OnDisk)
            segment.Release();
    }
}
