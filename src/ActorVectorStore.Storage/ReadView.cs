using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A shard as it was at one log index: every call sees the same points, whatever is written meanwhile. Opening one takes no lock and copies nothing;
/// as long as it is open it keeps the memory and the files of what it can see. Any number of threads may use one view; dispose of it when done.
/// </summary>
/// <remarks>Every member but <see cref="Dispose"/> throws <see cref="ObjectDisposedException"/> after disposal.</remarks>
public sealed class ReadView : IDisposable
{
    private const int RowsAhead = 16;

    private readonly ShardStore _store;
    private readonly ShardState _state;
    private readonly long _index;
    private int _isDisposed;

    internal ReadView(ShardStore store, ShardState state, long index) => (_store, _state, _index) = (store, state, index);

    /// <summary>The log index: writes up to it are seen whole, later ones not at all.</summary>
    public long Index => Rows.Index;

    /// <summary>Points visible. A view at an index of the past counts them: one pass over the rows' versions.</summary>
    public long Count => Rows.Count(filter: null, CancellationToken.None);

    internal VisibleRows Rows
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return new VisibleRows(_state, _index);
        }
    }

    /// <summary>Points visible that pass a filter; all without one. One pass over the rows on the caller's thread, without their vectors.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public long CountMatching(Filter? filter, CancellationToken cancellationToken = default) =>
        Rows.Count(RowFilter.Compile(filter), cancellationToken);

    /// <summary>Between which numbers the count of points that pass a filter lies; without reading payloads.</summary>
    public (long Min, long Max) Estimate(Filter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Rows.Estimate(filter, cancellationToken);
    }

    /// <summary>The points of these ids in the order of the ids; ids that do not exist are left out.</summary>
    /// <exception cref="InvalidRequestException">There is no id, or there are too many.</exception>
    public IReadOnlyList<PointRecord> Get(IReadOnlyList<PointId> ids, PointFields fields)
    {
        RequestRules.CheckIds(ids);
        var rows = Rows;
        var found = new List<PointRecord>(ids.Count);
        foreach (var id in ids)
        {
            if (rows.Find(id) is { } row)
                found.Add(Record(rows, row, fields));
        }

        return found;
    }

    /// <summary>
    /// One page in the order of ids or of a field, on the caller's thread. By id it costs about its own length; with a filter, about the rows that lie between its points. By a
    /// field, see <see cref="Order"/>.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="bytesMax">
    /// Bytes of vectors and payloads after which the page ends; it has at least one point, if there is one. In the order of a field such a page is refused.
    /// </param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="InvalidRequestException">The request breaks a rule of <see cref="RequestRules.CheckScroll"/>, or orders by a field without an index.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public ScrollPage Scroll(
        ScrollRequest request, long bytesMax = ModelLimits.ScrollBytesMax, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckScroll(request);
        if (request.OrderBy is { } order)
        {
            var ordered = Order(request, RequestRules.OrderIndexOf(_state.PayloadIndexes.Current, order), cancellationToken);
            return new ScrollPage([.. ordered.Select(row => Read(row, request.Fields, ref bytesMax))], NextOffset: null);
        }

        var rows = Rows;
        var points = new List<PointRecord>();
        foreach (var row in rows.InOrder(request.Offset ?? PointId.FromNumber(0), RowFilter.Compile(request.Filter), cancellationToken))
        {
            bytesMax -= AnswerBytes(rows, row, request.Fields);
            if (points.Count == request.Limit || (bytesMax < 0 && points.Count > 0))
                return new ScrollPage(points, rows.IdOf(row));
            points.Add(Record(rows, row, request.Fields));
        }

        return new ScrollPage(points, NextOffset: null);
    }

    /// <summary>
    /// The first rows of an ordered scroll, in their order, on the caller's thread. Segments that have the index are walked in its order from the start on, until there are enough rows;
    /// of those that have it not yet, or damaged, all payloads are read. Memory: about 100 bytes for each row of the limit, twice, and two bits for each row of a segment.
    /// </summary>
    /// <param name="request">What is wanted; its <see cref="ScrollRequest.OrderBy"/> is not null.</param>
    /// <param name="index">The index that says what the values are; see <see cref="RequestRules.OrderIndexOf"/>. It need not be built, nor wanted by the shard.</param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="InvalidRequestException">The request breaks a rule of <see cref="RequestRules.CheckScroll"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public IReadOnlyCollection<OrderedRow> Order(ScrollRequest request, PayloadIndex index, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckScroll(request);
        ArgumentNullException.ThrowIfNull(request.OrderBy, nameof(request));
        ArgumentNullException.ThrowIfNull(index);
        return new FieldOrder(Rows, request, index, cancellationToken).Run();
    }

    /// <summary>The point of a row that this view has ordered, with the value that put it there.</summary>
    /// <param name="row">The row.</param>
    /// <param name="fields">What the point is to carry.</param>
    /// <param name="bytesLeft">Bytes of vectors and payloads that the page may still have; the point's are taken off.</param>
    /// <exception cref="InvalidRequestException">The point has more bytes than are left.</exception>
    public PointRecord Read(OrderedRow row, PointFields fields, ref long bytesLeft)
    {
        var rows = Rows;
        bytesLeft -= AnswerBytes(rows, row.Row, fields);
        return bytesLeft >= 0
            ? Record(rows, row.Row, fields) with { OrderValue = new OrderScale(row.Kind).ValueOf(row.Rank) }
            : throw new InvalidRequestException("limit", $"points of at most {ModelLimits.ScrollBytesMax} bytes together", "more");
    }

    /// <summary>
    /// How many points have each value of a field; see <see cref="IVectorDatabase.FacetAsync"/>. On the caller's thread: segments that have the index are counted in it; of those that
    /// have it not yet, or damaged, all payloads are read.
    /// </summary>
    /// <exception cref="InvalidRequestException">The request breaks a rule of <see cref="RequestRules.CheckFacets"/>, or the field has no index.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two rows or two values.</exception>
    public IReadOnlyList<FacetHit> Facets(FacetRequest request, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckFacets(request);
        var index = RequestRules.FacetIndexOf(_state.PayloadIndexes.Current, request);
        return FacetWalk.Top([WalkFacets(request, index, cancellationToken)], index, request.Limit, cancellationToken);
    }

    /// <summary>
    /// Begins to count the values of a field: asks the filter of all rows, and finds the first values. The rest is done by who uses the walk. Memory until then: one bit for each row, and at
    /// most 16 MiB for each segment that has not the index.
    /// </summary>
    /// <param name="request">What is wanted; the limit does not matter.</param>
    /// <param name="index">The index that says what the values are; see <see cref="RequestRules.FacetIndexOf"/>. It need not be built, nor wanted by the shard.</param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="InvalidRequestException">The request breaks a rule of <see cref="RequestRules.CheckFacets"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public FacetWalk WalkFacets(FacetRequest request, PayloadIndex index, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckFacets(request);
        ArgumentNullException.ThrowIfNull(index);
        return new FieldFacets(Rows, request.Filter, index, cancellationToken).Walk();
    }

    /// <summary>
    /// The points closest to a vector, of those that pass the filter, best first, equal scores in the order of ids. On the caller's thread: by the vector indexes of the segments that have one, and in one pass
    /// over the vectors of the others.
    /// </summary>
    /// <exception cref="InvalidRequestException">The request breaks a rule of <see cref="RequestRules.CheckSearch"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two blocks of vectors, of about 256 KiB as they are stored, or two conditions on fields that a filter asks of a row.</exception>
    public IReadOnlyList<ScoredPoint> Search(SearchRequest request, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckSearch(_store.Schema, request);
        return Run([request], cancellationToken)[0];
    }

    /// <summary>Several queries in one pass over the vectors; answers in the order of the queries.</summary>
    /// <exception cref="InvalidRequestException">The requests break a rule of <see cref="RequestRules.CheckSearchBatch"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two blocks of vectors, of about 256 KiB as they are stored, or two conditions on fields that a filter asks of a row.</exception>
    public IReadOnlyList<IReadOnlyList<ScoredPoint>> SearchBatch(IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken = default)
    {
        RequestRules.CheckSearchBatch(_store.Schema, requests);
        return Run(requests, cancellationToken);
    }

    /// <summary>
    /// Bytes that <see cref="SearchBatch"/> looks at, about and at most: of a segment that is not searched by its index, or with a filter, all. Without looking.
    /// </summary>
    /// <param name="requests">Valid, as <see cref="RequestRules.CheckSearchBatch"/> has it.</param>
    public long SearchCostBytes(IReadOnlyList<SearchRequest> requests) => DenseSearch.CostBytesOf(Rows, _store.Schema, requests);

    /// <summary>
    /// The best rows of each query, best first: one pass over what is compared, on the caller's thread, shared by all queries that compare dense vectors with one, and another one shared by all others.
    /// Memory: 16 bytes for each row of the limits.
    /// </summary>
    /// <param name="queries">Of vectors of the collection; valid, as <see cref="RequestRules.CheckQueryBatch"/> has it.</param>
    /// <param name="cancellationToken">As for <see cref="SearchBatch"/>; of vectors that are not dense and of several examples, looked at before each row.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<RankedRow>[] Rank(IReadOnlyList<RowQuery> queries, CancellationToken cancellationToken = default) =>
        new RowRanker(Rows, _store.Schema).Rank(queries, cancellationToken);

    /// <summary>As <see cref="SearchCostBytes"/>, for <see cref="Rank(IReadOnlyList{RowQuery}, CancellationToken)"/>.</summary>
    public long RankCostBytes(IReadOnlyList<RowQuery> queries) => new RowRanker(Rows, _store.Schema).CostBytesOf(queries);

    /// <summary>The best of some rows that this view has ranked, best first. Rows without the vector that the query compares are left out.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public IReadOnlyList<RankedRow> Rank(RowQuery query, IReadOnlyList<RankedRow> among, CancellationToken cancellationToken = default) =>
        new RowRanker(Rows, _store.Schema).Rank(query, among, cancellationToken);

    /// <summary>
    /// The groups whose best rows are the best, with that row of each: one pass over all rows, which reads the payloads of those that are close enough to be among them.
    /// </summary>
    /// <param name="query">How rows are ranked; its limit does not matter.</param>
    /// <param name="path">Where the values are that rows are grouped by.</param>
    /// <param name="limit">Groups wanted.</param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="InvalidRequestException">The values of the groups have more than <see cref="ModelLimits.FacetBytesMax"/> together.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<RankedGroup> RankGroups(RowQuery query, PayloadPath path, int limit, CancellationToken cancellationToken = default) =>
        new RowRanker(Rows, _store.Schema).RankGroups(query, path, limit, cancellationToken);

    /// <summary>The best rows of some groups, of those that have any: one pass over the rows that an index of the field finds or, without one, over all.</summary>
    /// <param name="query">How rows are ranked; its limit does not matter.</param>
    /// <param name="path">Where the values are that rows are grouped by.</param>
    /// <param name="groups">The groups, of any view.</param>
    /// <param name="size">Rows wanted of each.</param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<RankedGroup> FillGroups(
        RowQuery query, PayloadPath path, IReadOnlyList<RankedGroup> groups, int size, CancellationToken cancellationToken = default) =>
        new RowRanker(Rows, _store.Schema).FillGroups(query, path, groups, size, cancellationToken);

    /// <summary>A row that this view has ranked as groups of one row each, one for each of its values.</summary>
    public IReadOnlyList<RankedGroup> GroupsOf(RankedRow row, PayloadPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return [.. new GroupValues(path).Of(Rows.Segments[row.Row.Segment].PayloadUtf8(row.Row.Row)).Select(key => new RankedGroup(key, [row]))];
    }

    /// <summary>The point of a row that this view has ranked.</summary>
    /// <param name="row">The row.</param>
    /// <param name="fields">What the point is to carry.</param>
    /// <param name="vectorNames">The vectors that it carries if it carries vectors; null: all.</param>
    /// <param name="bytesLeft">Bytes of vectors and payloads that the answer may still have; the point's are taken off.</param>
    /// <exception cref="InvalidRequestException">The point has more bytes than are left.</exception>
    public ScoredPoint Read(RankedRow row, PointFields fields, IReadOnlyList<string>? vectorNames, ref long bytesLeft)
    {
        var rows = Rows;
        bytesLeft -= AnswerBytes(rows, row.Row, fields, vectorNames);
        if (bytesLeft < 0)
            throw new InvalidRequestException("limit", $"points of at most {ModelLimits.QueryAnswerBytesMax} bytes together", "more");
        return Scored(rows, row.Row, row.Score, fields, vectorNames);
    }

    /// <summary>A vector of a row that this view has ranked, in memory of its own; null if it has none of this name.</summary>
    /// <param name="row">The row.</param>
    /// <param name="name">A vector of the collection.</param>
    /// <param name="bytesLeft">Bytes that vectors may still have; this one's are taken off, also where that leaves fewer than none: then it is not read, and the result is null.</param>
    public VectorValue? ReadVector(RankedRow row, string name, ref long bytesLeft) => ReadVector(Rows, row.Row, name, ref bytesLeft);

    /// <summary>A vector of a point, in memory of its own; null if there is no such point, or it has none of this name.</summary>
    /// <param name="id">The point.</param>
    /// <param name="name">A vector of the collection.</param>
    /// <param name="bytesLeft">As for <see cref="ReadVector(RankedRow, string, ref long)"/>.</param>
    public VectorValue? ReadVector(PointId id, string name, ref long bytesLeft)
    {
        var rows = Rows;
        return rows.Find(id) is { } row ? ReadVector(rows, row, name, ref bytesLeft) : null;
    }

    /// <summary>
    /// A number made of every visible point's id, version, payload and vector, the same however the rows lie: two replicas at one index hold the
    /// same points iff (but for a chance of 2^-128) they agree in it.
    /// </summary>
    public UInt128 ContentDigest() => SnapshotRow.Digest(Rows);

    /// <summary>Gives the view back. May be called more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _state.Segments.Release();
        _store.ViewClosed();
    }

    private IReadOnlyList<ScoredPoint>[] Run(IReadOnlyList<SearchRequest> requests, CancellationToken cancellationToken)
    {
        var rows = Rows;
        var hits = DenseSearch.Run(rows, _store.Schema, requests, cancellationToken);
        var answers = new IReadOnlyList<ScoredPoint>[hits.Length];
        for (var i = 0; i < hits.Length; i++)
            answers[i] = Points(rows, hits[i], requests[i]);
        return answers;
    }

    private static ScoredPoint[] Points(VisibleRows rows, (float Score, RowKey Row)[] hits, SearchRequest request)
    {
        var points = new ScoredPoint[Math.Max(0, hits.Length - request.Offset)];
        for (var i = 0; i < points.Length; i++)
        {
            if (i % RowsAhead == 0)
                Prefetch(rows, hits.AsSpan(request.Offset + i, Math.Min(RowsAhead, points.Length - i)), request.Fields);
            var (score, row) = hits[request.Offset + i];
            points[i] = Scored(rows, row, score, request.Fields);
        }

        return points;
    }

    // Rows that were found lie apart: one after the other, each would be waited for several times.
    private static void Prefetch(VisibleRows rows, ReadOnlySpan<(float Score, RowKey Row)> hits, PointFields fields)
    {
        foreach (var (_, row) in hits)
            rows.Segments[row.Segment].PrefetchPlaces(row.Row, fields);
        foreach (var (_, row) in hits)
            rows.Segments[row.Segment].Prefetch(row.Row, fields);
    }

    private static long AnswerBytes(VisibleRows rows, RowKey row, PointFields fields, IReadOnlyList<string>? vectorNames = null)
    {
        var segment = rows.Segments[row.Segment];
        var bytes = fields.HasFlag(PointFields.Payload) ? (long)segment.PayloadUtf8(row.Row).Length : 0;
        for (var column = 0; fields.HasFlag(PointFields.Vector) && column < segment.Vectors.Length; column++)
            bytes += vectorNames?.Contains(segment.Vectors[column].Name) == false ? 0 : segment.VectorBytes(column, row.Row);
        return bytes;
    }

    private static PointRecord Record(VisibleRows rows, RowKey row, PointFields fields)
    {
        var segment = rows.Segments[row.Segment];
        var (payload, vector, named) = Contents(segment, row.Row, fields, vectorNames: null);
        return new PointRecord(segment.IdOf(row.Row), segment.InsertedAt(row.Row), payload, vector, named);
    }

    private static ScoredPoint Scored(VisibleRows rows, RowKey row, float score, PointFields fields, IReadOnlyList<string>? vectorNames = null)
    {
        var segment = rows.Segments[row.Segment];
        var (payload, vector, named) = Contents(segment, row.Row, fields, vectorNames);
        return new ScoredPoint(segment.IdOf(row.Row), segment.InsertedAt(row.Row), score, payload, vector, named);
    }

    // Copies: an answer outlives the view, and rows may lie in a file that goes with it.
    private static (Payload? Payload, ReadOnlyMemory<float>? Vector, NamedVectors? Named) Contents(
        Segment segment, int row, PointFields fields, IReadOnlyList<string>? vectorNames)
    {
        var payload = fields.HasFlag(PointFields.Payload) ? segment.ReadPayload(row) : null;
        if (!fields.HasFlag(PointFields.Vector))
            return (payload, null, null);
        var (vector, named) = Vectors(segment, row, vectorNames);
        return (payload, vector, named);
    }

    private VectorValue? ReadVector(VisibleRows rows, RowKey row, string name, ref long bytesLeft)
    {
        var (segment, column) = (rows.Segments[row.Segment], _store.Schema.IndexOf(name));
        bytesLeft -= segment.VectorBytes(column, row.Row);
        return bytesLeft < 0 ? null : segment.ReadVector(column, row.Row);
    }

    private static (ReadOnlyMemory<float>? Unnamed, NamedVectors Named) Vectors(Segment segment, int row, IReadOnlyList<string>? names)
    {
        ReadOnlyMemory<float>? unnamed = null;
        List<NamedVector>? named = null;
        for (var column = 0; column < segment.Vectors.Length; column++)
        {
            if (names?.Contains(segment.Vectors[column].Name) == false || segment.ReadVector(column, row) is not { } vector)
                continue;
            if (segment.Vectors[column].Name.Length == 0)
                unnamed = ((DenseVector)vector).Components;
            else
                (named ??= []).Add(new NamedVector(segment.Vectors[column].Name, vector));
        }

        return (unnamed, named is null ? NamedVectors.Empty : new NamedVectors(named));
    }
}
