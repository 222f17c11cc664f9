using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// The rules of requests as pure functions, so that every front end refuses the same request with the same error. Each throws
/// <see cref="InvalidRequestException"/> naming the part, what was expected and what was found; none changes anything.
/// </summary>
public static class RequestRules
{
    /// <summary>An upsert has 1 to <see cref="ModelLimits.PointsPerBatchMax"/> points and at most <see cref="ModelLimits.BatchBytesMax"/> bytes; every vector fits the collection.</summary>
    public static void CheckUpsert(CollectionSchema schema, IReadOnlyList<Point> points)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(points);
        RequireCount("points", points.Count, ModelLimits.PointsPerBatchMax);
        CheckVectors(schema, points);
        var bytes = OperationCodec.Size([new UpsertPoints(points)]);
        if (bytes > ModelLimits.BatchBytesMax)
            throw new InvalidRequestException("points", $"a batch of at most {ModelLimits.BatchBytesMax} bytes", $"{bytes} bytes in {points.Count} points");
    }

    /// <summary>
    /// A conditional upsert is what <see cref="CheckUpsert"/> asks for, has one version for each point if its condition is <see cref="IfVersion"/>, and
    /// has at most <see cref="ModelLimits.BatchBytesMax"/> bytes with its condition.
    /// </summary>
    public static void CheckConditionalUpsert(CollectionSchema schema, IReadOnlyList<Point> points, WriteCondition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        CheckUpsert(schema, points);
        CheckOperation(new ConditionalUpsert(points, condition));
    }

    /// <summary>
    /// An operation has at most <see cref="ModelLimits.BatchBytesMax"/> bytes, which leaves room in an event for others. What else a deletion by filter, a
    /// change of payloads or a pin must be, its constructor has checked.
    /// </summary>
    public static void CheckOperation(ShardOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var bytes = OperationCodec.Size([operation]);
        if (bytes > ModelLimits.BatchBytesMax)
            throw new InvalidRequestException("operation", $"at most {ModelLimits.BatchBytesMax} bytes", $"{bytes} bytes");
    }

    /// <summary>
    /// Every point has vectors of the collection's schema and no others, with finite components that their type can hold. Points of a collection whose only vector is
    /// the one without name have it; otherwise any may be left out.
    /// </summary>
    public static void CheckVectors(CollectionSchema schema, IReadOnlyList<Point> points)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(points);
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i] is not { } point)
                throw new InvalidRequestException(string.Create(CultureInfo.InvariantCulture, $"points[{i}]"), "a point", "null");
            VectorRules.Check(schema, point, i);
        }
    }

    /// <summary>An update of vectors has 1 to <see cref="ModelLimits.PointsPerBatchMax"/> points and at most <see cref="ModelLimits.BatchBytesMax"/> bytes; every vector fits the collection.</summary>
    public static void CheckUpdate(CollectionSchema schema, UpdateVectors update)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(update);
        for (var i = 0; i < update.Updates.Count; i++)
            VectorRules.Check(schema, update.Updates[i].Vectors, "updates", i);
        CheckOperation(update);
    }

    /// <summary>A deletion of vectors names vectors of the collection, but not one that every point has.</summary>
    public static void CheckDeletion(CollectionSchema schema, DeleteVectors deletion)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(deletion);
        foreach (var name in deletion.Names)
        {
            if (schema.Find(name) is null)
                throw new InvalidRequestException("names", "vectors of the collection", Quotation.Of(name));
            if (schema.IsSimple)
                throw new InvalidRequestException("names", "vectors that a point need not have", "the only vector of the collection");
        }

        CheckOperation(deletion);
    }

    /// <summary>A get or delete has 1 to <see cref="ModelLimits.IdsPerRequestMax"/> ids.</summary>
    public static void CheckIds(IReadOnlyList<PointId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        RequireCount("ids", ids.Count, ModelLimits.IdsPerRequestMax);
    }

    /// <summary>
    /// A scroll has a limit of 1 to <see cref="ModelLimits.ScrollLimitMax"/>, and with an order no offset. Whether the order has an index,
    /// <see cref="OrderIndexOf"/> says.
    /// </summary>
    public static void CheckScroll(ScrollRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireRange("limit", request.Limit, 1, ModelLimits.ScrollLimitMax);
        CheckFields(request.Fields);
        if (request.OrderBy is { } order)
            CheckOrder(request, order);
    }

    /// <summary>A facet has a path and a limit of 1 to <see cref="ModelLimits.FacetLimitMax"/>. Whether the field has an index, <see cref="FacetIndexOf"/> says.</summary>
    public static void CheckFacets(FacetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.Path, nameof(request));
        RequireRange("limit", request.Limit, 1, ModelLimits.FacetLimitMax);
    }

    /// <summary>The index that says what the values of an order are, of those that there are.</summary>
    /// <exception cref="InvalidRequestException">There is none of a kind that can be ordered, or that the start can be compared with.</exception>
    public static PayloadIndex OrderIndexOf(IEnumerable<PayloadIndex> indexes, OrderBy order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.StartFrom switch
        {
            null => IndexOf("order by", indexes, order.Path, PayloadIndexKind.Integer, PayloadIndexKind.Float, PayloadIndexKind.Datetime),
            OrderInstant => IndexOf("order by, from a moment", indexes, order.Path, PayloadIndexKind.Datetime),
            _ => IndexOf("order by, from a number", indexes, order.Path, PayloadIndexKind.Integer, PayloadIndexKind.Float),
        };
    }

    /// <summary>The index that says what the values of a facet are, of those that there are.</summary>
    /// <exception cref="InvalidRequestException">There is none of a kind whose values can be counted.</exception>
    public static PayloadIndex FacetIndexOf(IEnumerable<PayloadIndex> indexes, FacetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return IndexOf("facet", indexes, request.Path, PayloadIndexKind.Keyword, PayloadIndexKind.Integer, PayloadIndexKind.Bool, PayloadIndexKind.Uuid);
    }

    /// <summary>A query has a vector that fits the collection, a limit of at least 1, an offset of at least 0, a bounded window and no NaN as threshold.</summary>
    public static void CheckSearch(CollectionSchema schema, SearchRequest request)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(request);
        VectorRules.CheckQuery(schema, request);
        CheckWindow(request);
        if (request.ScoreThreshold is { } threshold && float.IsNaN(threshold))
            throw new InvalidRequestException("score threshold", "a number", "NaN");
        QueryRules.Check(request.Parameters);
        CheckFields(request.Fields);
    }

    /// <summary>
    /// A search batch has 1 to <see cref="ModelLimits.QueriesPerBatchMax"/> queries, each valid, whose windows sum to at most
    /// <see cref="ModelLimits.BatchWindowMax"/>.
    /// </summary>
    public static void CheckSearchBatch(CollectionSchema schema, IReadOnlyList<SearchRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(requests);
        RequireCount("queries", requests.Count, ModelLimits.QueriesPerBatchMax);
        var window = 0L;
        foreach (var request in requests)
        {
            CheckSearch(schema, request);
            window += request.Offset + request.Limit;
        }

        if (window > ModelLimits.BatchWindowMax)
            throw new InvalidRequestException("queries", $"offsets and limits that sum to at most {ModelLimits.BatchWindowMax}", Text(window));
    }

    /// <summary>
    /// A query has bounded windows in all of its stages, thresholds that are numbers, filters that are no more together than one may be, vectors that fit what they are compared with, prefetches where it is
    /// a fusion, a positive example where it averages, and names vectors of the collection. What points it names, and the bytes of their vectors, is looked at when it runs.
    /// </summary>
    public static void CheckQuery(CollectionSchema schema, QueryRequest request)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(request);
        var rules = new QueryRules(schema);
        rules.Check(request);
        CheckSums("query", rules);
    }

    /// <summary>
    /// A query batch has 1 to <see cref="ModelLimits.QueriesPerBatchMax"/> queries, each valid, whose windows and those of their prefetches sum to at most
    /// <see cref="ModelLimits.BatchWindowMax"/>.
    /// </summary>
    public static void CheckQueryBatch(CollectionSchema schema, IReadOnlyList<QueryRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(requests);
        RequireCount("queries", requests.Count, ModelLimits.QueriesPerBatchMax);
        var rules = new QueryRules(schema);
        foreach (var request in requests)
        {
            ArgumentNullException.ThrowIfNull(request, nameof(requests));
            rules.Check(request);
        }

        CheckSums("queries", rules);
    }

    /// <summary>A query that is grouped is a valid query with a path, a group size of at least 1, and a limit that times the group size is a bounded window.</summary>
    public static void CheckQueryGroups(CollectionSchema schema, QueryGroupsRequest request)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(request);
        var rules = new QueryRules(schema);
        rules.Check(request);
        CheckSums("query", rules);
    }

    internal static void RequireCount(string subject, int count, int maximum)
    {
        if (count == 0)
            throw new InvalidRequestException(subject, $"1 to {maximum}", "an empty list");
        if (count > maximum)
            throw new InvalidRequestException(subject, $"1 to {maximum}", Text(count));
    }

    private static void CheckSums(string subject, QueryRules rules)
    {
        if (rules.Window > ModelLimits.BatchWindowMax)
            throw new InvalidRequestException(subject, $"offsets and limits that sum to at most {ModelLimits.BatchWindowMax}", Text(rules.Window));
        if (rules.VectorBytes > ModelLimits.QueryVectorBytesMax)
            throw new InvalidRequestException(subject, $"vectors of at most {ModelLimits.QueryVectorBytesMax} bytes together", $"{Text(rules.VectorBytes)} bytes");
    }

    private static void CheckOrder(ScrollRequest request, OrderBy order)
    {
        ArgumentNullException.ThrowIfNull(order.Path, nameof(request));
        if (request.Offset is not null)
            throw new InvalidRequestException("offset", "none with an order: start from a value instead", request.Offset.ToString()!);
        if (order.Direction is not (OrderDirection.Ascending or OrderDirection.Descending))
            throw new InvalidRequestException("direction", "ascending or descending", Text((int)order.Direction));
        if (order.StartFrom is OrderFloat { Value: double.NaN })
            throw new InvalidRequestException("start from", "a number", "NaN");
    }

    private static PayloadIndex IndexOf(string subject, IEnumerable<PayloadIndex> indexes, PayloadPath path, params PayloadIndexKind[] kinds)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        PayloadIndex[] ofPath = [.. indexes.Where(index => index.Path == path)];
        foreach (var kind in kinds)
        {
            if (Array.Find(ofPath, index => index.Kind == kind) is { } index)
                return index;
        }

        throw new InvalidRequestException(
            subject,
            $"a payload index of kind {Listed(kinds)} on {Quotation.Of(path.ToString())}",
            ofPath.Length == 0 ? "none" : Listed([.. ofPath.Select(index => index.Kind)]));
    }

    private static string Listed(PayloadIndexKind[] kinds) => string.Join(" or ", kinds.Distinct());

    private static void CheckWindow(SearchRequest request)
    {
        RequireRange("limit", request.Limit, 1, ModelLimits.SearchWindowMax);
        RequireRange("offset", request.Offset, 0, ModelLimits.SearchWindowMax - 1);
        if (request.Offset + request.Limit > ModelLimits.SearchWindowMax)
        {
            throw new InvalidRequestException(
                "offset plus limit", $"at most {ModelLimits.SearchWindowMax}", Text(request.Offset + request.Limit));
        }
    }

    internal static void CheckFields(PointFields fields)
    {
        if ((fields & ~PointFields.All) != 0)
            throw new InvalidRequestException("fields", "None, Payload, Vector or All", Text((int)fields));
    }

    internal static void RequireRange(string subject, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
            throw new InvalidRequestException(subject, $"{minimum} to {maximum}", Text(value));
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
