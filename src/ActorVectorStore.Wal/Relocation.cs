namespace ActorVectorStore.Wal;

/// <summary>What moves to the head of the log when a segment is freed. Made by the reclaimer, written as one frame by the commit.</summary>
/// <param name="source">The segment to be freed.</param>
/// <param name="isSplit">In a test: the freeing and the move are two frames, of which a crash can keep the first alone.</param>
internal sealed class Relocation(Segment source, bool isSplit = false)
{
    private readonly List<MovedBatch> _batches = [];
    private readonly List<StreamEntry> _floors = [];
    private long _payloadBytes;

    public Segment Source { get; } = source;

    public bool IsSplit { get; } = isSplit;

    public IReadOnlyList<MovedBatch> Batches => _batches;

    /// <summary>Where each of the batches was written; filled by the commit.</summary>
    public List<FrameReference> Places { get; } = [];

    /// <summary>Streams whose numbers only the source knows.</summary>
    public IReadOnlyList<StreamEntry> Floors => _floors;

    /// <summary>Bytes of the frames inside the payload.</summary>
    public int PayloadBytes => checked((int)_payloadBytes);

    public long FrameBytes =>
        FrameFormat.FrameBytes(SegmentFreedFrame.MetaBytes, PayloadBytes) + (IsSplit ? FrameFormat.FrameBytes(SegmentFreedFrame.MetaBytes, 0) : 0);

    public void Add(MovedBatch batch)
    {
        _batches.Add(batch);
        _payloadBytes += FrameFormat.FrameBytes(batch.Meta.Length, batch.Payload.Length);
    }

    public void AddFloor(StreamEntry stream)
    {
        _floors.Add(stream);
        _payloadBytes += FrameFormat.FrameBytes(StreamStateFrame.MetaBytes(stream.Name), 0);
    }
}

/// <summary>A batch on its way from a freed segment to the head of the log, byte for byte.</summary>
internal sealed record MovedBatch(FrameReference Frame, byte[] Meta, byte[] Payload, ulong PayloadChecksum, IReadOnlyList<string> Tags);
