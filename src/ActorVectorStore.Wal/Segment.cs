using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// One segment of the open log. Fields that change are guarded by the log's gate, except <see cref="File"/>, whose reads may run on any thread as
/// long as the reader holds a lease.
/// </summary>
internal sealed class Segment(uint number, long capacity, IFile file)
{
    private int _leases;
    private Action<Segment>? _release;

    public uint Number { get; } = number;

    /// <summary>Bytes for header and frames; the index frame may lie beyond.</summary>
    public long Capacity { get; } = capacity;

    public IFile File { get; } = file;

    /// <summary>End of the durable frames: nothing at or behind it is shown to readers.</summary>
    public uint End { get; set; } = SegmentFormat.HeaderBytes;

    /// <summary>Ordinal of the first event that was appended (not relocated) here, or of the next one if there is none.</summary>
    public long FirstOrdinal { get; set; }

    /// <summary>Bytes of the frames whose batches are not deleted.</summary>
    public long LiveBytes { get; set; }

    /// <summary>Bytes that it takes to restate the numbers of the streams whose newest evidence is here, when this segment is freed.</summary>
    public long FloorBytes { get; set; }

    /// <summary>Checksum of the last frame: the chain of the next one, here or in the next segment. Index frames are not part of the chain.</summary>
    public ulong Chain { get; set; }

    /// <summary>No commit goes here any more.</summary>
    public bool IsSealed { get; set; }

    /// <summary>The index frame in the file, once it is written; until then <see cref="Frames"/> has what it says.</summary>
    public SegmentIndex? Index { get; set; }

    /// <summary>The frames in memory: of the segment being written, and of a sealed one whose index could not be written.</summary>
    public SegmentFrames? Frames { get; set; }

    /// <summary>Batches that were moved here from freed segments, in the order of their arrival.</summary>
    public List<FrameReference> Relocated { get; } = [];

    /// <summary>Keeps the file from being reused. Call under the gate, while the segment is part of the log.</summary>
    public void Lease() => Interlocked.Increment(ref _leases);

    /// <summary>Ends a lease; the last one of a freed segment gives its file back.</summary>
    public void EndLease()
    {
        if (Interlocked.Decrement(ref _leases) < 0)
        {
            Interlocked.Exchange(ref _release, null)?.Invoke(this);
        }
    }

    /// <summary>The log itself lets go of the segment: <paramref name="release"/> runs once, when no reader holds a lease.</summary>
    public void Free(Action<Segment> release)
    {
        _release = release;
        EndLease();
    }
}
