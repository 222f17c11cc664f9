using System.Diagnostics;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Turns a group into frames, writes and syncs them, and tells the index afterwards. One commit at a time; what it has written is invisible until
/// <see cref="BeginPublishing"/>.
/// </summary>
internal sealed class CommitPipeline
{
    private readonly LogIndex _index;
    private readonly SegmentSupply _supply;
    private readonly Maintenance _maintenance;
    private readonly CommitWriter _writer;
    private readonly WalOptions _options;
    private readonly WalMutations _mutations;

    private Segment? _active;
    private Segment? _sealing;
    private uint _offset;
    private ulong _chain;
    private WalPosition _end;
    private long _nextOrdinal;
    private bool _hasWritten;
    private bool _hasRolled;
    private bool _isOnReserve;
    private LogIdentity _identity = null!;

    public CommitPipeline(LogIndex index, SegmentSupply supply, Maintenance maintenance, CommitWriter writer, WalOptions options, string directory, WalMutations mutations)
    {
        (_index, _supply, _maintenance, _writer, _options, _mutations) = (index, supply, maintenance, writer, options, mutations);
        Directory = directory;
    }

    public string Directory { get; }

    public long Commits { get; private set; }

    public long CommitBytes { get; private set; }

    public long Batches { get; private set; }

    public long PayloadBytes { get; private set; }

    public long LastSyncMicroseconds { get; private set; }

    /// <summary>The last <see cref="Write"/> came so far that some of its frames may be on the disk, whatever it threw.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Raised, off the gate, after something became visible.</summary>
    public event Action? Published;

    public bool Has(WalMutations mutation) => (_mutations & mutation) != 0;

    /// <summary>Goes on where the log ends.</summary>
    public void Start(RecoveredLog recovered, LogIdentity identity)
    {
        (_active, _end, _chain, _identity) = (recovered.Active, recovered.End, recovered.Chain, identity);
        _offset = _active is null ? 0 : _end.Offset;
    }

    /// <summary>
    /// Makes as much of the group durable as fits into one segment; cuts off and returns the rest, which is untouched. Nothing counts when it throws:
    /// as long as the commit has not begun (<see cref="HasBegun"/>), a later one may succeed; afterwards the disk's state is unknown, also when it was
    /// full, since whole frames may have landed.
    /// </summary>
    public PendingAppend? Write(PendingAppend group)
    {
        HasBegun = false;
        _hasWritten = false;
        _hasRolled = false;
        var bytes = TotalBytes(group);
        if (bytes == 0)
        {
            return null;
        }

        MakeRoom(group, bytes);
        HasBegun = true;
        var offset = _offset;
        var isFirst = offset == SegmentFormat.HeaderBytes;
        _writer.Begin(_active!, offset, _chain);
        _nextOrdinal = _index.NextOrdinal;
        if (isFirst)
        {
            AddSegmentStart();
        }

        var last = AddFrames(group);
        Flush();
        Sync(_active!.File);
        ConfirmIdentity();
        (_offset, _chain, _end) = (_writer.Offset, _writer.Chain, new WalPosition(_active.Number, _writer.Offset));
        Commits++;
        CommitBytes += _offset - offset;
        _hasWritten = true;
        _hasRolled = isFirst;
        return CutBehind(last);
    }

    /// <summary>
    /// Under the gate: the segment is part of the log. Its end moves with each member of the group that is published, so that readers find in the index what
    /// they see in the file.
    /// </summary>
    public void BeginPublishing()
    {
        if (_hasWritten && _hasRolled)
        {
            _active!.FirstOrdinal = _index.NextOrdinal;
            _index.AddSegment(_active);
        }
    }

    /// <summary>Under the gate: readers see the segment up to the end of the commit.</summary>
    public void EndPublishing()
    {
        if (_hasWritten)
        {
            (_active!.End, _active.Chain) = (_offset, _chain);
        }
    }

    /// <summary>Under the gate: enters one member of the written group into the index.</summary>
    public AppendReceipt Publish(PendingAppend pending)
    {
        switch (pending.Kind)
        {
            case FrameKind.EventBatch:
                return PublishBatch(pending);
            case FrameKind.StreamState:
                _active!.Frames!.AddState(pending.Stream!, pending.WrittenState);
                _index.AddState(_active, pending.Stream!, pending.WrittenState);
                _maintenance.NoteDeletion();
                return default;
            case FrameKind.SegmentFreed:
                PublishFreed(pending.Relocation!);
                return default;
            default:
                return default;
        }
    }

    /// <summary>Off the gate, when the callers have been told.</summary>
    public void AfterCommit()
    {
        if (_sealing is { } sealing && _hasRolled)
        {
            _sealing = null;
            _maintenance.Seal(sealing);
        }

        _maintenance.AfterCommit();
        if (_hasWritten)
        {
            Published?.Invoke();
        }
    }

    private long Room => _active is null ? -1 : _active.Capacity - _offset;

    // A group is cut where the segment ends if that leaves it a good part of a segment; else it moves on as a whole, so that its callers stay
    // together and share one sync. What stays unused is never more than a quarter of the segment.
    private bool IsWorthSplitting => Room >= _options.SegmentBytes / 4;

    private static long TotalBytes(PendingAppend group)
    {
        long bytes = 0;
        for (var pending = group; pending is not null; pending = pending.Next)
        {
            bytes += pending.FrameBytes;
        }

        return bytes;
    }

    /// <summary>Everything that needs space on the disk, before anything of the group is written.</summary>
    private void MakeRoom(PendingAppend group, long bytes)
    {
        if (!_identity.IsDurable)
        {
            _identity.Prepare();
        }

        var rolls = bytes > Room && (group.FrameBytes > Room || !IsWorthSplitting);
        if (!rolls && !_isOnReserve)
        {
            return;
        }

        var mayUseReserve = !HasBatch(group);
        if (_isOnReserve && !mayUseReserve)
        {
            // The segment being written was kept for deletions: others may use it when there is another one for them.
            _supply.RequireReserve();
            _isOnReserve = false;
        }

        if (rolls)
        {
            Roll(group.FrameBytes, mayUseReserve);
        }
    }

    private static bool HasBatch(PendingAppend group)
    {
        for (PendingAppend? pending = group; pending is not null; pending = pending.Next)
        {
            if (pending.Kind == FrameKind.EventBatch)
            {
                return true;
            }
        }

        return false;
    }

    private void ConfirmIdentity()
    {
        if (!_identity.IsDurable)
        {
            _identity.Confirm();
        }
    }

    private void Roll(long frameBytes, bool mayUseReserve)
    {
        var startBytes = FrameFormat.FrameBytes(SegmentStartFrame.MetaBytes, SegmentStartFrame.PayloadBytes(_index.Segments.Count));
        if (!_supply.IsReady(mayUseReserve))
        {
            // What was freed is used again before anything is filled with zeros while callers wait.
            _maintenance.RecycleFreed();
        }

        var next = _supply.Take(SegmentFormat.HeaderBytes + startBytes + frameBytes, mayUseReserve, out var isReserve);
        _isOnReserve |= isReserve;
        next.Frames = new SegmentFrames();
        if (_active is not null && _offset > SegmentFormat.HeaderBytes)
        {
            _sealing = _active;
        }

        _active = next;
        _offset = SegmentFormat.HeaderBytes;
        _maintenance.RequestPreparation();
    }

    private void AddSegmentStart()
    {
        byte[] payload;
        lock (_index.Gate)
        {
            payload = SegmentStartFrame.WritePayload(_index.Segments);
        }

        _writer.Add(
            FrameKind.SegmentStart, SegmentStartFrame.MetaBytes, payload, FrameFormat.PayloadChecksum(payload), 0, (_nextOrdinal, _end),
            static (meta, state) => SegmentStartFrame.WriteMeta(meta, state.Item1, state.Item2));
    }

    /// <summary>Adds as many as fit; returns the last one. The chain stays whole until they are durable: should that fail, all of it fails.</summary>
    private PendingAppend AddFrames(PendingAppend group)
    {
        AddFrame(group);
        var last = group;
        while (last.Next is { } pending && _writer.Offset + pending.FrameBytes <= _active!.Capacity)
        {
            AddFrame(pending);
            last = pending;
        }

        return last;
    }

    private static PendingAppend? CutBehind(PendingAppend last)
    {
        var rest = last.Next;
        last.Next = null;
        return rest;
    }

    private void AddFrame(PendingAppend pending)
    {
        switch (pending.Kind)
        {
            case FrameKind.EventBatch:
                AddBatch(pending);
                break;
            case FrameKind.StreamState:
                AddDeletion(pending);
                break;
            case FrameKind.SegmentFreed:
                _writer.AddFreed(pending.Relocation!);
                break;
            case FrameKind.Mark:
                _writer.Add(FrameKind.Mark, 0, [], FrameFormat.PayloadChecksum([]), 0, 0, static (_, _) => { });
                break;
        }
    }

    private void AddBatch(PendingAppend pending)
    {
        var batch = pending.Batch;
        var ordinal = _nextOrdinal;
        _nextOrdinal += batch.Count;
        var offset = _writer.Add(
            FrameKind.EventBatch, pending.MetaBytes, batch.Payload.Span, pending.PayloadChecksum, ordinal, batch,
            static (meta, batch) => EventBatchFrame.WriteMeta(meta, batch));
        pending.Stream!.WrittenSequence = batch.LastSequence;
        (pending.WrittenOrdinal, pending.WrittenOffset) = (ordinal, offset);
    }

    /// <summary>
    /// A deletion reaches no further than what is written before it: events that are appended later must not be swallowed. Nor does it say less than
    /// an earlier one, whose segment may be freed before this one's.
    /// </summary>
    private void AddDeletion(PendingAppend pending)
    {
        var highest = Math.Max(pending.Stream!.WrittenSequence, pending.Stream.HighestSequence);
        pending.WrittenState = new StreamState(highest, Math.Max(Math.Min(pending.DeleteTo, highest), pending.Stream.DeletedTo));
        _writer.Add(
            FrameKind.StreamState, pending.MetaBytes, [], FrameFormat.PayloadChecksum([]), 0, (pending.Stream.Name, pending.WrittenState),
            static (meta, state) => StreamStateFrame.WriteMeta(meta, state.Item1, state.Item2));
    }

    private AppendReceipt PublishBatch(PendingAppend pending)
    {
        var batch = pending.Batch;
        _index.AddAppended(
            _active!,
            new FrameReference(
                pending.Stream!, batch.FirstSequence, batch.Count, pending.WrittenOrdinal, pending.WrittenOffset, pending.FrameBytes),
            batch.Tags);
        _active!.End = pending.WrittenOffset + (uint)pending.FrameBytes;
        Batches++;
        PayloadBytes += batch.Payload.Length;
        return new AppendReceipt(pending.WrittenOrdinal, new WalPosition(_active!.Number, pending.WrittenOffset));
    }

    private void PublishFreed(Relocation relocation)
    {
        var frames = _active!.Frames!;
        foreach (var (batch, place) in relocation.Batches.Zip(relocation.Places))
        {
            place.Stream.DropSegment(relocation.Source);
            frames.AddRelocated(place);
            frames.AddTags(batch.Tags, place.FirstOrdinal, place.Count, place.Offset, isRelocated: true);
            _index.AddRelocated(_active, place);
        }

        foreach (var stream in relocation.Floors)
        {
            frames.AddState(stream, stream.State);
            _index.AddState(_active, stream, stream.State);
        }

        _index.RemoveSegment(relocation.Source);
        relocation.Source.Free(_maintenance.Recycle);
    }

    private void Flush()
    {
        try
        {
            _writer.Flush();
        }
        catch (IOException) when (Has(WalMutations.AckFailedWrite))
        {
            // The rule that a test breaks here.
        }
    }

    private void Sync(IFile file)
    {
        if (Has(WalMutations.AckBeforeSync))
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        try
        {
            file.SyncData();
        }
        catch (SyncFailedException) when (Has(WalMutations.RetrySync))
        {
            file.SyncData();
        }

        LastSyncMicroseconds = (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
