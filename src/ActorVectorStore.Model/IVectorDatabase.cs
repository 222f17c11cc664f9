namespace ActorVectorStore.Model;

/// <summary>
/// The port of a vector database, the same whether it lives in this process, behind HTTP or in a cluster. All members may be called from any
/// thread at once.
/// </summary>
/// <remarks>
/// <para><b>Writes.</b> When a write's task completes, the write is durable and visible. A batch is split by shard
/// (<see cref="ShardRouting"/>); each shard's part is applied whole or not at all, and no read sees half of it. An upsert replaces the whole point, with all its vectors.
/// Where an id occurs twice in one upsert, the last occurrence wins.</para>
/// <para><b>Cancellation.</b> A cancelled read has no effect. A cancelled write was either not started at any shard, or <b>its outcome is
/// unknown</b>: each shard's part was, or will be, applied whole or not at all, exactly as after <see cref="StoreUnavailableException"/>. Either way the
/// memory of its vectors may be used for something else when its task has ended.</para>
/// <para><b>Failures.</b> Every member may throw <see cref="OverloadedException"/>, <see cref="StoreUnavailableException"/>,
/// <see cref="OperationCanceledException"/> and, once the database is closed, <see cref="ObjectDisposedException"/>. Every member that names a
/// collection may throw <see cref="CollectionNotFoundException"/>. A request that breaks a rule of <see cref="RequestRules"/> is refused whole with
/// <see cref="InvalidRequestException"/>. A write may throw <see cref="StorageFullException"/>, an upsert <see cref="CapacityExceededException"/>.</para>
/// </remarks>
public interface IVectorDatabase
{
    /// <summary>Creates an empty collection.</summary>
    /// <exception cref="CollectionAlreadyExistsException">The name is taken.</exception>
    Task CreateCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default);

    /// <summary>Removes a collection and all its points. Requests that already run on it may still succeed or fail as if the shard had stopped.</summary>
    Task DropCollectionAsync(CollectionName collection, CancellationToken cancellationToken = default);

    /// <summary>The names of all collections in ordinal order.</summary>
    Task<IReadOnlyList<CollectionName>> ListCollectionsAsync(CancellationToken cancellationToken = default);

    /// <summary>What a collection is and holds.</summary>
    Task<CollectionInfo> GetCollectionAsync(CollectionName collection, CancellationToken cancellationToken = default);

    /// <summary>Inserts points, replacing those whose ids exist.</summary>
    Task<WriteReceipt> UpsertAsync(CollectionName collection, IReadOnlyList<Point> points, CancellationToken cancellationToken = default);

    /// <summary>Writes those of the points for which a condition holds; decided where they are, when the write is applied.</summary>
    Task<WriteReceipt> UpsertAsync(
        CollectionName collection, IReadOnlyList<Point> points, WriteCondition condition, CancellationToken cancellationToken = default);

    /// <summary>Deletes points; ids that do not exist are passed over.</summary>
    Task<WriteReceipt> DeleteAsync(CollectionName collection, IReadOnlyList<PointId> ids, CancellationToken cancellationToken = default);

    /// <summary>Deletes the points that pass a filter when the write is applied.</summary>
    Task<WriteReceipt> DeleteAsync(CollectionName collection, Filter filter, CancellationToken cancellationToken = default);

    /// <summary>Changes the payloads of points, whose vectors stay.</summary>
    /// <exception cref="CapacityExceededException">The changed points of a shard would have more bytes than one operation may copy; none of that shard was changed.</exception>
    Task<WriteReceipt> ChangePayloadAsync(CollectionName collection, PayloadOperation change, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives points vectors in the place of those that they have under the same names; their payloads and other vectors stay. Points that do not exist are refused.
    /// </summary>
    /// <exception cref="CapacityExceededException">The points of a shard would have more bytes than one operation may copy; none of that shard was changed.</exception>
    Task<WriteReceipt> UpdateVectorsAsync(CollectionName collection, IReadOnlyList<VectorUpdate> updates, CancellationToken cancellationToken = default);

    /// <summary>Takes vectors of these names from points, which keep their payloads and other vectors.</summary>
    /// <exception cref="CapacityExceededException">The points of a shard have more bytes than one operation may copy; none of that shard was changed.</exception>
    Task<WriteReceipt> DeleteVectorsAsync(
        CollectionName collection, PointSelection points, IReadOnlyList<string> names, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps the collection readable as it is now, until the pin is released; durable on completion. Each shard is pinned at its own index, also while writes go on. A name
    /// that is pinned already keeps what it has.
    /// </summary>
    /// <exception cref="CapacityExceededException">There are too many pins.</exception>
    Task<WriteReceipt> PinAsync(CollectionName collection, PinName name, CancellationToken cancellationToken = default);

    /// <summary>Releases a pin, so that what only it keeps can go; a name that is not pinned is passed over.</summary>
    Task<WriteReceipt> ReleasePinAsync(CollectionName collection, PinName name, CancellationToken cancellationToken = default);

    /// <summary>The names that are pinned in every shard, in ordinal order.</summary>
    Task<IReadOnlyList<PinName>> ListPinsAsync(CollectionName collection, CancellationToken cancellationToken = default);

    /// <summary>
    /// Wants an index over a field of the payloads, so that filters on it are fast; durable on completion. Rows on disk get it in the background, while reads and writes
    /// go on; answers are the same with and without it. An index that is there is passed over.
    /// </summary>
    /// <exception cref="CapacityExceededException">There are <see cref="ModelLimits.PayloadIndexesMax"/> indexes already.</exception>
    Task<WriteReceipt> CreatePayloadIndexAsync(CollectionName collection, PayloadIndex index, CancellationToken cancellationToken = default);

    /// <summary>Drops an index; one that is not there is passed over.</summary>
    Task<WriteReceipt> DropPayloadIndexAsync(CollectionName collection, PayloadIndex index, CancellationToken cancellationToken = default);

    /// <summary>The indexes that are wanted, in the order of their creation.</summary>
    Task<IReadOnlyList<PayloadIndex>> ListPayloadIndexesAsync(CollectionName collection, CancellationToken cancellationToken = default);

    /// <summary>
    /// The points of these ids, in the order of the ids; ids that do not exist are left out, an id that is asked for twice is answered twice.
    /// </summary>
    Task<IReadOnlyList<PointRecord>> GetAsync(
        CollectionName collection,
        IReadOnlyList<PointId> ids,
        PointFields fields = PointFields.Payload,
        AsOf? asOf = null,
        CancellationToken cancellationToken = default);

    /// <summary>One page of all points, or of those that pass a filter, in the order of their ids or of a field that has a payload index.</summary>
    Task<ScrollPage> ScrollAsync(
        CollectionName collection, ScrollRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>The number of points that pass a filter, exactly; without one, of all points.</summary>
    Task<long> CountAsync(
        CollectionName collection, Filter? filter = null, AsOf? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The values of a field that most points have, of all or of those that pass a filter, and how many have each, exactly: the highest count first, equal counts in
    /// the order of values (texts by code points, <c>false</c> before <c>true</c>). The field must have a payload index.
    /// </summary>
    Task<IReadOnlyList<FacetHit>> FacetAsync(
        CollectionName collection, FacetRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Between which numbers the count of points that pass a filter lies, found in the indexes without reading a payload; the same number twice where they know.
    /// </summary>
    Task<(long Min, long Max)> EstimateCountAsync(CollectionName collection, Filter filter, CancellationToken cancellationToken = default);

    /// <summary>
    /// The points closest to a vector, of all or of those that pass a filter, best first; equal scores in the order of ids.
    /// </summary>
    Task<IReadOnlyList<ScoredPoint>> SearchAsync(
        CollectionName collection, SearchRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>Several queries at once, answered in their order; all queries see a shard at the same moment. One bad query refuses the batch.</summary>
    Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> SearchBatchAsync(
        CollectionName collection,
        IReadOnlyList<SearchRequest> requests,
        AsOf? asOf = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Points ranked by a query: the nearest to vectors of any kind or to a stored point, recommendations by examples, rankings of what prefetches found and their fusion, picks that
    /// differ. Best first; equal scores in the order of ids. One moment of each shard is seen by all stages.
    /// </summary>
    /// <exception cref="InvalidRequestException">A rule of <see cref="RequestRules.CheckQuery"/> is broken, or a point that the query is by does not exist or has no such vector.</exception>
    Task<IReadOnlyList<ScoredPoint>> QueryAsync(
        CollectionName collection, QueryRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>Several queries at once, answered in their order; all queries see a shard at the same moment. One bad query refuses the batch.</summary>
    Task<IReadOnlyList<IReadOnlyList<ScoredPoint>>> QueryBatchAsync(
        CollectionName collection,
        IReadOnlyList<QueryRequest> requests,
        AsOf? asOf = null,
        CancellationToken cancellationToken = default);

    /// <summary>Points ranked by a query and grouped by the values of a field; as many groups as are asked for, if there are as many.</summary>
    Task<IReadOnlyList<PointGroup>> QueryGroupsAsync(
        CollectionName collection, QueryGroupsRequest request, AsOf? asOf = null, CancellationToken cancellationToken = default);
}
