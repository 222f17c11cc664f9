using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The dumb twin of queries: lists of all points, each scored as a textbook writes it, sorted as a whole; stages call one another. It shares no code with what it checks.</summary>
internal sealed class NaiveQuery(IReadOnlyList<VectorSchema> vectors, IReadOnlyCollection<Point> points)
{
    /// <summary>The results of a query.</summary>
    public List<(PointId Id, float Score)> Run(QueryRequest request) =>
        [.. Run(request, request.Offset + request.Limit, [], []).Hits.Skip(request.Offset).Take(request.Limit)];

    /// <summary>The results of a query in groups.</summary>
    public List<(FacetValue Value, (PointId Id, float Score)[] Hits)> Run(QueryGroupsRequest request)
    {
        var window = request.Query is NearestQuery { Relevance: { } relevance } ? relevance.CandidatesLimit ?? (request.Limit * request.GroupSize) : int.MaxValue;
        var groups = new List<(FacetValue Value, List<(PointId Id, float Score)> Hits)>();
        foreach (var hit in Run(request, window, [], []).Hits)
        {
            foreach (var value in ValuesOf(request.GroupBy, points.Single(point => point.Id == hit.Id)))
            {
                if (!groups.Exists(group => group.Value == value))
                    groups.Add((value, []));
                var (_, hits) = groups.Find(group => group.Value == value);
                if (hits.Count < request.GroupSize)
                    hits.Add(hit);
            }
        }

        return [.. groups.Take(request.Limit).Select(group => (group.Value, group.Hits.ToArray()))];
    }

    /// <summary>Whether all points that a query is by have what it compares.</summary>
    public bool HasInputs(QueryStage stage) => stage.Prefetches.All(HasInputs) && stage.Query.Inputs.OfType<VectorOfPoint>().All(input =>
        points.Any(point => point.Id == input.Id && VectorOf(point, stage.Using) is not null and not MultiVector { Count: 0 }));

    private (List<(PointId Id, float Score)> Hits, bool LowerIsBetter) Run(QueryStage stage, int window, Filter[] filters, PointId[] excluded)
    {
        filters = stage.Filter is null ? filters : [.. filters, stage.Filter];
        excluded = [.. excluded, .. stage.Query.Inputs.OfType<VectorOfPoint>().Select(input => input.Id)];
        var found = stage.Prefetches.Select(prefetch => Run(prefetch, prefetch.Limit, filters, excluded)).ToArray();
        if (stage.Query is FusionQuery fusion)
        {
            var fused = Fuse(fusion, found).Where(hit => stage.ScoreThreshold is not { } least || hit.Score >= least);
            return ([.. fused.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).Take(window)], false);
        }

        var among = found.Length == 0 ? points : points.Where(point => found.Any(list => list.Hits.Exists(hit => hit.Id == point.Id)));
        var vector = vectors.Single(one => one.Name == stage.Using);
        var (scored, lower) = Scores(stage.Query, vector, among.Where(point => !excluded.Contains(point.Id) && filters.All(filter => NaiveFilter.Matches(filter, point))));
        var passing = scored.Where(hit => stage.ScoreThreshold is not { } bound || (lower ? hit.Score <= bound : hit.Score >= bound));
        var sorted = lower ? passing.OrderBy(hit => hit.Score).ThenBy(hit => hit.Id) : passing.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id);
        return stage.Query is NearestQuery { Relevance: { } relevance }
            ? (Pick([.. sorted.Take(relevance.CandidatesLimit ?? window)], vector, relevance.Diversity, window), lower)
            : ([.. sorted.Take(window)], lower);
    }

    private (IEnumerable<(PointId Id, float Score)> Hits, bool LowerIsBetter) Scores(PointQuery query, VectorSchema vector, IEnumerable<Point> among)
    {
        VectorValue[] Examples(IEnumerable<VectorInput> inputs) => [.. inputs.Select(input => input is GivenVector given
            ? given.Vector
            : VectorOf(points.Single(point => point.Id == ((VectorOfPoint)input).Id), vector.Name)!)];
        var candidates = among.Select(point => (point.Id, Vector: VectorOf(point, vector.Name))).Where(one => one.Vector is not null and not MultiVector { Count: 0 });
        switch (query)
        {
            case RecommendQuery { Strategy: RecommendStrategy.BestScore } best:
                var (positives, negatives) = (Examples(best.Positives), Examples(best.Negatives));
                return (candidates.Select(one => (one.Id, BestScore(
                    [.. positives.Select(example => Similarity(vector, example, one.Vector!) ?? 0)], [.. negatives.Select(example => Similarity(vector, example, one.Vector!) ?? 0)]))), false);
            case RecommendQuery { Strategy: RecommendStrategy.SumScores } sum:
                var (added, taken) = (Examples(sum.Positives), Examples(sum.Negatives));
                return (candidates.Select(one => (one.Id, (float)(
                    added.Sum(example => Similarity(vector, example, one.Vector!) ?? 0) - taken.Sum(example => Similarity(vector, example, one.Vector!) ?? 0)))), false);
            default:
                var target = query is RecommendQuery mean ? Mean(vector, Examples(mean.Positives), Examples(mean.Negatives)) : Examples(query.Inputs)[0];
                var near = candidates.Select(one => (one.Id, Similarity: Similarity(vector, target, one.Vector!))).Where(one => one.Similarity is not null);
                return vector.Distance switch
                {
                    Distance.Euclid => (near.Select(one => (one.Id, (float)Math.Sqrt(Math.Abs(one.Similarity!.Value)))), true),
                    Distance.Manhattan => (near.Select(one => (one.Id, (float)Math.Abs(one.Similarity!.Value))), true),
                    _ => (near.Select(one => (one.Id, (float)one.Similarity!.Value)), false),
                };
        }
    }

    private static float BestScore(double[] positives, double[] negatives)
    {
        static double Sigmoid(double x) => 0.5 * ((x / (1 + Math.Abs(x))) + 1);
        var positive = positives.DefaultIfEmpty(double.NegativeInfinity).Max();
        var negative = negatives.DefaultIfEmpty(double.NegativeInfinity).Max();
        return (float)(positive > negative ? Sigmoid(positive) : -Sigmoid(negative));
    }

    private static VectorValue Mean(VectorSchema vector, VectorValue[] positives, VectorValue[] negatives)
    {
        if (vector.Kind == VectorKind.Multi)
        {
            return new MultiVector(
                positives.Cast<MultiVector>().SelectMany(list => list.Components.ToArray()).Concat(negatives.Cast<MultiVector>().SelectMany(list => list.Components.ToArray()).Select(x => -x)).ToArray(),
                vector.Dimension);
        }

        uint[] indices = vector.Kind == VectorKind.Dense
            ? [.. Enumerable.Range(0, vector.Dimension).Select(i => (uint)i)]
            : [.. positives.Concat(negatives).SelectMany(value => Entries(value).Keys).Distinct().Order()];
        double At(VectorValue[] examples, uint index) => examples.Average(example => Entries(example).GetValueOrDefault(index));
        var values = indices.Select(index => (float)(negatives.Length == 0 ? At(positives, index) : (2 * At(positives, index)) - At(negatives, index))).ToArray();
        return vector.Kind == VectorKind.Dense ? new DenseVector(values) : new SparseVector(indices, values);
    }

    private static IEnumerable<(PointId Id, float Score)> Fuse(FusionQuery fusion, (List<(PointId Id, float Score)> Hits, bool LowerIsBetter)[] found) => found
        .SelectMany((list, number) => list.Hits.Select((hit, place) => (hit.Id, Score: fusion is ReciprocalRankFusion ranks
            ? ByRank(place, ranks.K, ranks.Weights.Count == 0 ? 1 : ranks.Weights[number])
            : ByDistribution([.. list.Hits.Select(other => list.LowerIsBetter ? -(double)other.Score : other.Score)], place))))
        .GroupBy(hit => hit.Id).Select(group => (group.Key, (float)group.Sum(hit => hit.Score)));

    private static double ByRank(int place, int k, double weight) => weight == 0 ? 0 : 1 / (((place + 1) / weight) + k - 1);

    private static double ByDistribution(double[] scores, int place)
    {
        if (scores.Distinct().Count() == 1)
            return 0.5;
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Length - 1));
        return (scores[place] - mean + (3 * deviation)) / (6 * deviation);
    }

    private List<(PointId Id, float Score)> Pick(List<(PointId Id, float Score)> candidates, VectorSchema vector, float diversity, int count)
    {
        VectorValue Of(PointId id) => VectorOf(points.Single(point => point.Id == id), vector.Name)!;
        var picks = new List<(PointId Id, float Score)>();
        while (picks.Count < count && candidates.Count > 0)
        {
            var best = picks.Count == 0 ? candidates[0] : candidates.MaxBy(one =>
                ((1.0 - diversity) * Turned(vector.Distance, one.Score)) - (diversity * picks.Max(pick => Similarity(vector, Of(one.Id), Of(pick.Id)) ?? 0)));
            picks.Add(best);
            candidates.Remove(best);
        }

        return picks;
    }

    // Null: nothing in common.
    private static double? Similarity(VectorSchema vector, VectorValue query, VectorValue value)
    {
        if (vector.Kind == VectorKind.Sparse)
        {
            var (left, right) = (Entries(query), Entries(value));
            var common = left.Keys.Intersect(right.Keys).Order().ToArray();
            return common.Length == 0 ? null : common.Sum(index => (double)left[index] * right[index]);
        }

        return Parts(query).Sum(one => Parts(value).Max(other => Turned(vector.Distance, NaiveScore.Of(vector.Distance, one, other))));
    }

    private static double Turned(Distance distance, double score) => distance switch
    {
        Distance.Euclid => -((double)(float)score * (float)score),
        Distance.Manhattan => -score,
        _ => score,
    };

    private static IEnumerable<float[]> Parts(VectorValue value) => value is MultiVector list ? list.Components.ToArray().Chunk(list.Dimension) : [((DenseVector)value).Components.ToArray()];

    private static Dictionary<uint, float> Entries(VectorValue value) => value is SparseVector sparse
        ? sparse.Indices.ToArray().Zip(sparse.Values.ToArray()).ToDictionary(entry => entry.First, entry => entry.Second)
        : ((DenseVector)value).Components.ToArray().Index().ToDictionary(entry => (uint)entry.Index, entry => entry.Item);

    private static VectorValue? VectorOf(Point point, string name) => name.Length > 0 ? point.Named.Find(name) : point.Vector.IsEmpty ? null : new DenseVector(point.Vector);

    // In the order of values, integers first.
    private static FacetValue[] ValuesOf(PayloadPath path, Point point)
    {
        var elements = NaiveFilter.Values(path, (JsonObject)JsonNode.Parse(point.Payload.ToString())!).SelectMany(value => value is JsonArray array ? array.ToArray() : [value]).ToArray();
        var integers = elements.Select(NaiveFilter.Raw).Where(raw => raw is not null && raw.All(c => char.IsAsciiDigit(c) || c == '-')).Select(raw => BigInteger.Parse(raw!, CultureInfo.InvariantCulture))
            .Where(whole => whole >= long.MinValue && whole <= long.MaxValue).Distinct().Order().Select(whole => (FacetValue)new FacetInteger((long)whole));
        var texts = elements.Select(NaiveFilter.Text).OfType<string>().Distinct().Order(StringComparer.Ordinal).Select(text => (FacetValue)new FacetText(text));
        return [.. integers, .. texts];
    }
}
