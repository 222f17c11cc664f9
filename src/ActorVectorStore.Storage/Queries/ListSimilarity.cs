using System.Runtime.CompilerServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Compares rows of a column of lists: for each vector of a list of the query the most similar one of the row's list, summed up.</summary>
internal sealed class ListSimilarity<TScoring>(VectorSchema vector, int column, IReadOnlyList<VectorValue> examples) : RowSimilarity
    where TScoring : struct, IScoring
{
    private readonly float[][][] _examples = [.. examples.Select(example => Prepare(vector, ((MultiVector)example).Components.Span))];
    private float[] _costs = [];
    private float[]? _scratch;

    /// <summary>The vectors of a list as they are compared.</summary>
    /// <param name="vector">What they are.</param>
    /// <param name="components">Count x dimension, row-major.</param>
    public static float[][] Prepare(VectorSchema vector, ReadOnlySpan<float> components)
    {
        var prepared = new float[components.Length / vector.Dimension][];
        for (var i = 0; i < prepared.Length; i++)
            prepared[i] = TScoring.Prepare(components.Slice(i * vector.Dimension, vector.Dimension), RowLayout.StrideOf(vector.Dimension));
        return prepared;
    }

    /// <summary>The similarity of a prepared list to one that is not empty.</summary>
    /// <param name="distance">Of the column.</param>
    /// <param name="query">The prepared list.</param>
    /// <param name="list">The other list.</param>
    /// <param name="costs">A buffer; made longer where it is too short.</param>
    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Compare(Distance distance, float[][] query, VectorBlock list, ref float[] costs)
    {
        if (costs.Length < query.Length)
            costs = new float[query.Length];
        var lowest = costs.AsSpan(0, query.Length);
        lowest.Fill(float.PositiveInfinity);
        for (var slot = 0; slot < list.Count; slot++)
        {
            var other = list.Vector(slot);
            var inverseNorm = TScoring.UsesInverseNorm ? list.InverseNorm(slot) : 0;
            for (var i = 0; i < query.Length; i++)
                lowest[i] = Math.Min(lowest[i], TScoring.Cost(query[i], other, inverseNorm));
        }

        var sum = 0.0;
        foreach (var cost in lowest)
            sum += SimilarityScale.OfScore(distance, TScoring.Turn(cost));
        return sum;
    }

    public override bool TryCompare(Segment segment, int row, Span<double> similarities)
    {
        if (!segment.HasVector(column, row))
            return false;
        var list = segment.ListBlock(column, row, ref _scratch);
        for (var i = 0; i < _examples.Length && list.Count > 0; i++)
            similarities[i] = Compare(vector.Distance, _examples[i], list, ref _costs);
        return list.Count > 0;
    }
}
