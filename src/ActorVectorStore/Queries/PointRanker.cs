using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore;

/// <summary>
/// Ranks the points of a collection by queries. Each ranking is of all shards before the next stage goes on with it, so that it is the same however many there are. Shards are read side by side,
/// a few at a time: there are never more rows in memory than the windows of all stages, once for each processor and once for what was merged.
/// </summary>
internal sealed class PointRanker(ShardViews shards, CollectionSchema schema, CancellationToken cancellation)
{
    // What is usual of a point: most payloads and one vector.
    private const long PointBytes = 8 << 10;

    private long _answerBytesLeft = ModelLimits.QueryAnswerBytesMax;

    /// <summary>The results of each query, those that are skipped at the front included.</summary>
    public async Task<PointRanking[]> RankAsync(IReadOnlyList<PlannedStage> queries)
    {
        var leaves = queries.SelectMany(query => query.Leaves).ToArray();
        var rankings = new Dictionary<PlannedStage, PointRanking>(ReferenceEqualityComparer.Instance);
        foreach (var (leaf, ranking) in leaves.Zip(await RankAllAsync([.. leaves.Select(leaf => leaf.Rows!)]).ConfigureAwait(false)))
            rankings.Add(leaf, ranking);
        var answers = new PointRanking[queries.Count];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = await FinishAsync(queries[i], rankings).ConfigureAwait(false);
        return answers;
    }

    /// <summary>Reads the points of a ranking. One call after the other.</summary>
    /// <exception cref="InvalidRequestException">All that were read have too many bytes.</exception>
    public Task<ScoredPoint[]> ReadAsync(IReadOnlyList<RankedRow> rows, PointFields fields, IReadOnlyList<string>? vectorNames)
    {
        ScoredPoint Read(RankedRow row)
        {
            cancellation.ThrowIfCancellationRequested();
            return shards.ViewOf(row.Id).Read(row, fields, vectorNames, ref _answerBytesLeft);
        }

        return shards.RunAsync(() => rows.Select(Read).ToArray(), rows.Count * PointBytes, cancellation);
    }

    private async Task<PointRanking[]> RankAllAsync(RowQuery[] queries)
    {
        var merged = Array.ConvertAll(queries, query => NewRanking(query, []));
        for (var shard = 0; shard < shards.Views.Count; shard += ReaderSlots.Count)
        {
            var some = shard..Math.Min(shards.Views.Count, shard + ReaderSlots.Count);
            var costBytes = shards.Views.Take(some).Sum(view => view.RankCostBytes(queries));
            var parts = await shards.ReadAsync(some, view => view.Rank(queries, cancellation), costBytes, cancellation).ConfigureAwait(false);
            for (var i = 0; i < merged.Length; i++)
            {
                var number = i;
                merged[i] = NewRanking(queries[i], merged[i].Rows.Concat(parts.SelectMany(part => part[number])));
            }
        }

        return merged;
    }

    private async Task<PointRanking> FinishAsync(PlannedStage stage, Dictionary<PlannedStage, PointRanking> leaves)
    {
        var ranking = stage.Prefetches.Count == 0 ? leaves[stage] : await GoOnAsync(stage, leaves).ConfigureAwait(false);
        return stage.Relevance is { } relevance ? await PickAsync(stage, relevance, ranking).ConfigureAwait(false) : ranking;
    }

    private async Task<PointRanking> GoOnAsync(PlannedStage stage, Dictionary<PlannedStage, PointRanking> leaves)
    {
        var found = new List<PointRanking>();
        foreach (var prefetch in stage.Prefetches)
            found.Add(await FinishAsync(prefetch, leaves).ConfigureAwait(false));
        if (stage.Stage.Query is not FusionQuery fusion)
            return await RankAgainAsync(stage.Rows!, found).ConfigureAwait(false);
        var threshold = stage.Stage.ScoreThreshold ?? float.NegativeInfinity;
        return new PointRanking([.. RankFusion.Fuse(fusion, found).Rows.TakeWhile(row => row.Score >= threshold).Take(stage.Window)], LowerIsBetter: false);
    }

    private async Task<PointRanking> RankAgainAsync(RowQuery query, List<PointRanking> found)
    {
        var among = found.SelectMany(ranking => ranking.Rows).DistinctBy(row => row.Id).ToLookup(row => shards.ViewOf(row.Id));
        var parts = await shards.ReadAsync(.., view => view.Rank(query, [.. among[view]], cancellation), cancellation).ConfigureAwait(false);
        return NewRanking(query, parts.SelectMany(part => part));
    }

    private Task<PointRanking> PickAsync(PlannedStage stage, MarginalRelevance relevance, PointRanking ranking)
    {
        var name = stage.Stage.Using;
        return shards.RunAsync(
            () => ranking with
            {
                Rows = MarginalPicks.Of(schema.Find(name)!, ranking.Rows, VectorsOf(ranking.Rows, name), relevance.Diversity, stage.Window, cancellation),
            },
            cancellation);
    }

    private List<VectorValue> VectorsOf(IReadOnlyList<RankedRow> rows, string name)
    {
        var bytesLeft = (long)ModelLimits.QueryVectorBytesMax;
        var vectors = new List<VectorValue>(rows.Count);
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            vectors.Add(shards.ViewOf(row.Id).ReadVector(row, name, ref bytesLeft)
                ?? throw new InvalidRequestException("candidates limit", $"candidates whose vectors have at most {ModelLimits.QueryVectorBytesMax} bytes together", "more"));
        }

        return vectors;
    }

    private PointRanking NewRanking(RowQuery query, IEnumerable<RankedRow> rows)
    {
        var order = query.OrderIn(schema);
        return new PointRanking([.. rows.Order(order).Take(query.Limit)], ReferenceEquals(order, RankedRow.LowestFirst));
    }
}
