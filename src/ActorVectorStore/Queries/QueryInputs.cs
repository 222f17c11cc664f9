using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore;

/// <summary>The vectors of the stored points that queries are by, read where the points are, at the moment that the queries see.</summary>
internal sealed class QueryInputs
{
    private readonly Dictionary<(PointId Id, string Using), GivenVector> _vectors = [];

    private QueryInputs()
    {
    }

    /// <summary>Reads all of them.</summary>
    /// <exception cref="InvalidRequestException">A point does not exist or has no such vector, or all vectors together have too many bytes.</exception>
    public static async Task<QueryInputs> ReadAsync(ShardViews shards, IReadOnlyList<QueryStage> stages, CancellationToken cancellation)
    {
        var inputs = new QueryInputs();
        if (stages.SelectMany(AllOf).SelectMany(stage => stage.Query.Inputs).Any(input => input is VectorOfPoint))
            await shards.RunAsync(() => inputs.Read(shards, stages, cancellation), cancellation).ConfigureAwait(false);
        return inputs;
    }

    /// <summary>A query whose points are replaced by their vectors.</summary>
    public PointQuery Resolve(PointQuery query, string name) => query switch
    {
        NearestQuery nearest => nearest with { Target = Resolve(nearest.Target, name) },
        RecommendQuery recommend => new RecommendQuery(
            [.. recommend.Positives.Select(input => Resolve(input, name))], [.. recommend.Negatives.Select(input => Resolve(input, name))], recommend.Strategy),
        _ => query,
    };

    private VectorInput Resolve(VectorInput input, string name) => input is VectorOfPoint point ? _vectors[(point.Id, name)] : input;

    private static IEnumerable<QueryStage> AllOf(QueryStage stage) => stage.Prefetches.SelectMany(AllOf).Prepend(stage);

    private bool Read(ShardViews shards, IReadOnlyList<QueryStage> stages, CancellationToken cancellation)
    {
        var bytesLeft = (long)ModelLimits.QueryVectorBytesMax;
        foreach (var stage in stages.SelectMany(AllOf))
        {
            foreach (var input in stage.Query.Inputs)
            {
                cancellation.ThrowIfCancellationRequested();
                bytesLeft -= input is GivenVector given ? given.Vector.Bytes : 0;
                if (input is VectorOfPoint point && !_vectors.ContainsKey((point.Id, stage.Using)))
                    _vectors.Add((point.Id, stage.Using), new GivenVector(Read(shards, point.Id, stage.Using, ref bytesLeft)));
            }
        }

        return true;
    }

    private static VectorValue Read(ShardViews shards, PointId id, string name, ref long bytesLeft)
    {
        var view = shards.ViewOf(id);
        var vector = view.ReadVector(id, name, ref bytesLeft);
        if (bytesLeft < 0)
            throw new InvalidRequestException("query", $"vectors of at most {ModelLimits.QueryVectorBytesMax} bytes together", "more");
        return vector switch
        {
            null => throw Missing(id, view.Get([id], PointFields.None).Count == 0 ? "which does not exist" : "which has none"),
            MultiVector { Count: 0 } => throw Missing(id, "whose list is empty"),
            _ => vector,
        };
    }

    private static InvalidRequestException Missing(PointId id, string why) =>
        new("query vector", "a stored point that has the vector that is compared", string.Create(CultureInfo.InvariantCulture, $"point {id}, {why}"));
}
