using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A shard as it was at one log index: every call sees the same points, whatever is written meanwhile. Opening one takes no lock and copies nothing;
/// as long as it is open it keeps the memory of what it can see. Any number of threads may use one view; dispose of it when done.
/// </summary>
/// <remarks>Every member but <see cref="Dispose"/> throws <see cref="ObjectDisposedException"/> after disposal.</remarks>
public sealed class ReadView : IDisposable
{
    private readonly ShardStore _store;
    private readonly ShardState _state;
    private int _isDisposed;

    internal ReadView(ShardStore store, ShardState state)
    {
        _store = store;
        _state = state;
    }

    /// <summary>The log index: writes up to it are seen whole, later ones not at all.</summary>
    public long Index => State.Index;

    /// <summary>Points visible.</summary>
    public long Count => State.LiveCount;

    private ShardState State
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return _state;
        }
    }

    /// <summary>Points visible that pass a filter; all without one. One pass over the rows on the caller's thread, without their vectors.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public long CountMatching(Filter? filter, CancellationToken cancellationToken = default)
    {
        var state = State;
        return new RowSelection(state, RowFilter.Compile(filter), cancellationToken).Count();
    }

    /// <summary>The points of these ids in the order of the ids; ids that do not exist are left out.</summary>
    /// <exception cref="InvalidRequestException">There is no id, or there are too many.</exception>
    public IReadOnlyList<PointRecord> Get(IReadOnlyList<PointId> ids, PointFields fields)
    {
        RequestRules.CheckIds(ids);
        var state = State;
        var found = new List<PointRecord>(ids.Count);
        foreach (var id in ids)
        {
            var row = state.Segment.Find(id, state);
            if (row >= 0)
                found.Add(Record(state.Segment, row, fields));
        }

        return found;
    }

    /// <summary>
    /// One page in the order of ids, on the caller's thread. Costs about its own length; with a filter, about the rows that lie between its points.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="bytesMax">Bytes of vectors and payloads after which the page ends; it has at least one point, if there is one.</param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="InvalidRequestException">The request breaks a rule of <see cref="RequestRules.CheckScroll"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public ScrollPage Scroll(
        ScrollRequest request, long bytesMax = ModelLimits.ScrollBytesMax, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckScroll(request);
        var state = State;
        var selection = new RowSelection(state, RowFilter.Compile(request.Filter), cancellationToken);
        var rows = IdOrder.Take(state, request.Offset ?? PointId.FromNumber(0), request.Limit + 1, selection);
        var points = new List<PointRecord>(Math.Min(rows.Count, request.Limit));
        foreach (var row in rows)
        {
            bytesMax -= AnswerBytes(state.Segment, row, request.Fields);
            if (points.Count == request.Limit || (bytesMax < 0 && points.Count > 0))
                return new ScrollPage(points, state.Segment.IdOf(row));
            points.Add(Record(state.Segment, row, request.Fields));
        }

        return new ScrollPage(points, NextOffset: null);
    }

    /// <summary>
    /// The points closest to a vector, of those that pass the filter, best first, equal scores in the order of ids. One pass over all vectors on the
    /// caller's thread.
    /// </summary>
    /// <exception cref="InvalidRequestException">The request breaks a rule of <see cref="RequestRules.CheckSearch"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two chunks of about 256 KiB, or two conditions on fields that a filter asks of a row.</exception>
    public IReadOnlyList<ScoredPoint> Search(SearchRequest request, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckSearch(_store.Schema, request);
        return Run([request], cancellationToken)[0];
    }

    /// <summary>Several queries in one pass over the vectors; answers in the order of the queries.</summary>
    /// <exception cref="InvalidRequestException">The requests break a rule of <see cref="RequestRules.CheckSearchBatch"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two chunks of about 256 KiB, or two conditions on fields that a filter asks of a row.</exception>
    public IReadOnlyList<IReadOnlyList<ScoredPoint>> SearchBatch(IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckSearchBatch(_store.Schema, requests);
        return Run(requests, cancellationToken);
    }

    /// <summary>
    /// A number made of every visible point's id, version, payload and vector, the same however the rows lie: two replicas at one index hold the
    /// same points iff (but for a chance of 2^-128) they agree in it.
    /// </summary>
    public UInt128 ContentDigest() => SnapshotRow.Digest(State);

    /// <summary>
    /// Writes the visible points to a stream that <see cref="ShardStore.Restore"/> reads; <see cref="ShardSnapshotFormat"/> is the layout. Only
    /// live points are written. Nothing is flushed or synced here.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled between two blocks; what was written is not a snapshot.</exception>
    public void WriteSnapshot(Stream target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        new ShardSnapshotWriter(target, _store.Schema).Write(State, cancellationToken);
    }

    /// <summary>Exactly as many bytes as <see cref="WriteSnapshot"/> writes. One pass over the rows, without their vectors.</summary>
    public long SnapshotBytes() => ShardSnapshotWriter.Measure(State);

    /// <summary>Gives the view back. May be called more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _store.ViewClosed();
    }

    private IReadOnlyList<ScoredPoint>[] Run(IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken)
    {
        var state = State;
        var hits = ExactSearch.Run(state, _store.Schema.Distance, requests, cancellationToken);
        var answers = new IReadOnlyList<ScoredPoint>[hits.Length];
        for (var i = 0; i < hits.Length; i++)
            answers[i] = Points(state.Segment, hits[i], requests[i]);
        return answers;
    }

    private static ScoredPoint[] Points(MutableSegment segment, (float Score, int Row)[] hits, SearchRequest request)
    {
        var points = new ScoredPoint[Math.Max(0, hits.Length - request.Offset)];
        for (var i = 0; i < points.Length; i++)
        {
            var (score, row) = hits[request.Offset + i];
            var record = Record(segment, row, request.Fields);
            points[i] = new ScoredPoint(record.Id, record.Version, score, record.Payload, record.Vector);
        }

        return points;
    }

    private static long AnswerBytes(MutableSegment segment, int row, PointFields fields)
    {
        var payload = fields.HasFlag(PointFields.Payload) ? segment.ChunkOf(row).Payloads[segment.Layout.SlotOf(row)].Length : 0;
        return payload + (fields.HasFlag(PointFields.Vector) ? (long)segment.Layout.Dimension * sizeof(float) : 0);
    }

    // Copies: an answer outlives the view, and rows will not always lie in memory that may be kept.
    private static PointRecord Record(MutableSegment segment, int row, PointFields fields)
    {
        var chunk = segment.ChunkOf(row);
        var slot = segment.Layout.SlotOf(row);
        var payload = fields.HasFlag(PointFields.Payload) ? chunk.Payloads[slot].ToPayload() : null;
        ReadOnlyMemory<float>? vector = null;
        if (fields.HasFlag(PointFields.Vector))
            vector = chunk.Vector(slot).ToArray();
        return new PointRecord(chunk.Ids[slot], chunk.InsertedAt[slot], payload, vector);
    }
}
