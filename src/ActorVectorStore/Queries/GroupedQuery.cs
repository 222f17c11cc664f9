using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>
/// A query whose results are grouped, over all shards. The best points, as many as there are places in the groups, are ranked first: mostly they are enough. Where they are not, because a few
/// groups have most of them or many points are in none, all rows are looked at: once for the groups that come first, once for their points. So there are never fewer groups or points than exist,
/// and never more than three passes.
/// </summary>
internal sealed class GroupedQuery(ShardViews shards, CollectionSchema schema, QueryGroupsRequest request, CancellationToken cancellation)
{
    /// <summary>The groups with their points.</summary>
    public async Task<IReadOnlyList<PointGroup>> ReadAsync()
    {
        var inputs = await QueryInputs.ReadAsync(shards, [request], cancellation).ConfigureAwait(false);
        var stage = PlannedStage.Of(request, Window(), inputs);
        var ranker = new PointRanker(shards, schema, cancellation);
        var ranking = (await ranker.RankAsync([stage]).ConfigureAwait(false))[0];
        var groups = await GroupAsync(ranking).ConfigureAwait(false);
        if (RanksAll(stage) && ranking.Rows.Count == stage.Window && !IsComplete(groups))
            groups = await GroupAllAsync(stage.Rows!, groups).ConfigureAwait(false);
        var points = await ranker.ReadAsync([.. groups.SelectMany(group => group.Rows)], request.Fields, request.VectorNames).ConfigureAwait(false);
        var answer = new List<PointGroup>(groups.Count);
        var first = 0;
        foreach (var group in groups)
        {
            answer.Add(new PointGroup(group.Value, points[first..(first + group.Rows.Count)]));
            first += group.Rows.Count;
        }

        return answer;
    }

    // Of prefetched or picked points all are grouped: their stages say how many there are.
    private int Window()
    {
        if (request.Query is NearestQuery { Relevance: { } relevance })
            return relevance.CandidatesLimit ?? (request.Limit * request.GroupSize);
        return request.Prefetches.Count > 0 ? request.Prefetches.Sum(prefetch => prefetch.Limit) : request.Limit * request.GroupSize;
    }

    private static bool RanksAll(PlannedStage stage) => stage.Prefetches.Count == 0 && stage.Relevance is null;

    private bool IsComplete(IReadOnlyList<RankedGroup> groups) => groups.Count == request.Limit && groups.All(group => group.Rows.Count == request.GroupSize);

    // In the order of the ranking, which need not be that of the scores.
    private Task<IReadOnlyList<RankedGroup>> GroupAsync(PointRanking ranking)
    {
        var places = ranking.Rows.Index().ToDictionary(row => row.Item.Id, row => row.Index);
        var order = Comparer<RankedRow>.Create((left, right) => places[left.Id].CompareTo(places[right.Id]));
        return shards.RunAsync(() => RankedGroup.Merge(ranking.Rows.SelectMany(GroupsOf), order, request.Limit, request.GroupSize), cancellation);
    }

    private IReadOnlyList<RankedGroup> GroupsOf(RankedRow row)
    {
        cancellation.ThrowIfCancellationRequested();
        return shards.ViewOf(row.Id).GroupsOf(row, request.GroupBy);
    }

    // The groups that the first ranking has are those that come first, if there are enough of them.
    private async Task<IReadOnlyList<RankedGroup>> GroupAllAsync(RowQuery query, IReadOnlyList<RankedGroup> groups)
    {
        if (groups.Count < request.Limit)
            groups = await MergeAsync(query, size: 1, view => view.RankGroups(query, request.GroupBy, request.Limit, cancellation)).ConfigureAwait(false);
        return await MergeAsync(query, request.GroupSize, view => view.FillGroups(query, request.GroupBy, groups, request.GroupSize, cancellation)).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<RankedGroup>> MergeAsync(RowQuery query, int size, Func<ReadView, IReadOnlyList<RankedGroup>> read)
    {
        IReadOnlyList<RankedGroup> merged = [];
        for (var shard = 0; shard < shards.Views.Count; shard += ReaderSlots.Count)
        {
            var some = shard..Math.Min(shards.Views.Count, shard + ReaderSlots.Count);
            var parts = await shards.ReadAsync(some, read, cancellation).ConfigureAwait(false);
            merged = RankedGroup.Merge(merged.Concat(parts.SelectMany(part => part)), query.OrderIn(schema), request.Limit, size);
        }

        return merged;
    }
}
