using System.Threading.Tasks.Sources;

namespace ActorVectorStore.Wal;

/// <summary>
/// Something that waits for a commit: a batch, a deletion, a segment to be freed, a mark, or a fence that only waits for what is before it. Reused:
/// the caller that rented it gives it back by taking the result.
/// </summary>
internal sealed class PendingAppend(PendingPool pool) : IValueTaskSource<AppendReceipt>, IValueTaskSource
{
    private const int OwnBytes = 256;

    private readonly object _signal = new();
    private ManualResetValueTaskSourceCore<AppendReceipt> _core;
    private bool _isDone;
    private AppendReceipt _receipt;
    private Exception? _failure;

    public PendingPool Pool => pool;

    /// <summary>What the frame will be; <see cref="FrameKind.Reserved"/> for a fence, which writes none.</summary>
    public FrameKind Kind { get; private set; }

    public StreamEntry? Stream { get; private set; }

    public EventBatch Batch { get; private set; }

    /// <summary>Of a deletion: up to which sequence number.</summary>
    public long DeleteTo { get; private set; }

    /// <summary>Of a segment to be freed: what moves.</summary>
    public Relocation? Relocation { get; private set; }

    public ulong PayloadChecksum { get; private set; }

    public int MetaBytes { get; private set; }

    public long FrameBytes { get; private set; }

    public int PayloadBytes => Batch.Payload.Length;

    /// <summary>Bytes that count against the queue's bound: names, tags and this object take memory too.</summary>
    public long QueueBytes => FrameBytes + OwnBytes;

    public CancellationToken Cancellation { get; private set; }

    /// <summary>The stream's accepted number before this batch was accepted, to go back to if it is dropped.</summary>
    public long AcceptedBefore { get; set; }

    /// <summary>The caller blocks a thread instead of awaiting.</summary>
    public bool IsBlocking { get; set; }

    /// <summary>The next one in the queue or in the group.</summary>
    public PendingAppend? Next { get; set; }

    public short Version => _core.Version;

    public bool IsDone => Volatile.Read(ref _isDone);

    /// <summary>Offset at which the frame was written, for use when it is published.</summary>
    public uint WrittenOffset { get; set; }

    /// <summary>Of a batch: the ordinal that its first event was given.</summary>
    public long WrittenOrdinal { get; set; }

    /// <summary>Of a deletion: what was written.</summary>
    public StreamState WrittenState { get; set; }

    public void Reset()
    {
        _core.Reset();
        _isDone = false;
        _failure = null;
        (Kind, Stream, IsBlocking, FrameBytes) = (FrameKind.Reserved, null, false, 0);
    }

    /// <summary>A batch. Computes the payload's checksum: the costly part of an append runs on the caller's thread.</summary>
    public void SetBatch(in EventBatch batch, CancellationToken cancellation)
    {
        Kind = FrameKind.EventBatch;
        Batch = batch;
        Cancellation = cancellation;
        PayloadChecksum = FrameFormat.PayloadChecksum(batch.Payload.Span);
        MetaBytes = EventBatchFrame.MetaBytes(batch);
        FrameBytes = FrameFormat.FrameBytes(MetaBytes, batch.Payload.Length);
    }

    public void SetDeletion(StreamEntry stream, long deleteTo, CancellationToken cancellation)
    {
        (Kind, Stream, DeleteTo, Cancellation) = (FrameKind.StreamState, stream, deleteTo, cancellation);
        MetaBytes = StreamStateFrame.MetaBytes(stream.Name);
        FrameBytes = FrameFormat.FrameBytes(MetaBytes, 0);
    }

    public void SetRelocation(Relocation relocation)
    {
        (Kind, Relocation) = (FrameKind.SegmentFreed, relocation);
        MetaBytes = SegmentFreedFrame.MetaBytes;
        FrameBytes = relocation.FrameBytes;
    }

    public void SetMark()
    {
        Kind = FrameKind.Mark;
        FrameBytes = FrameFormat.HeadBytes;
    }

    public void BindTo(StreamEntry stream) => Stream = stream;

    /// <summary>Lets go of what the caller gave, so that an idle object keeps nothing alive.</summary>
    private void Clear() => (Batch, Relocation, Cancellation, Stream) = (default, null, default, null);

    /// <summary>Records the outcome without waking anybody; <see cref="Wake"/> follows, off the gate.</summary>
    public void Finish(AppendReceipt receipt, Exception? failure)
    {
        _receipt = receipt;
        _failure = failure;
    }

    /// <summary>Lets the caller go on; an awaiting one goes on inside this call, see <see cref="CompletionPump"/>.</summary>
    public void Wake()
    {
        if (IsBlocking)
        {
            lock (_signal)
            {
                Volatile.Write(ref _isDone, true);
                Monitor.Pulse(_signal);
            }
        }
        else if (_failure is { } failure)
        {
            _core.SetException(failure);
        }
        else
        {
            _core.SetResult(_receipt);
        }
    }

    /// <summary>Blocks until <see cref="Wake"/>; then gives this object back and returns or throws the outcome.</summary>
    public AppendReceipt Wait()
    {
        lock (_signal)
        {
            while (!_isDone)
            {
                Monitor.Wait(_signal);
            }
        }

        var (receipt, failure) = (_receipt, _failure);
        Clear();
        pool.GiveBack(this);
        return failure is null ? receipt : throw failure;
    }

    public AppendReceipt GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Clear();
            pool.GiveBack(this);
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
