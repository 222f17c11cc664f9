using System.Collections.Immutable;

namespace ActorVectorStore.Storage;

/// <summary>
/// The segments of a shard between two changes of their list: immutable, and alive as long as its owner or any reader has it. The last one is the segment
/// that is written to; the others are older. Safe from any thread.
/// </summary>
internal sealed class SegmentSet
{
    // The owner's own lease is one of them; once there is none left, none can be taken.
    private int _leases = 1;

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
    public bool TryAcquire()
    {
        var leases = Volatile.Read(ref _leases);
        while (leases > 0)
        {
            var seen = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (seen == leases)
                return true;
            leases = seen;
        }

        return false;
    }

    /// <summary>Gives a lease back; the last one lets go of the segments.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) > 0)
            return;
        foreach (var segment in OnDisk)
            segment.Release();
    }
}
