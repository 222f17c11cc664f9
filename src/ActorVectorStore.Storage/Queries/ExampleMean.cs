using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The vector that <see cref="RecommendStrategy.AverageVector"/> searches for. Sums are in double precision, in the order of the examples.</summary>
internal static class ExampleMean
{
    /// <summary>Twice the mean of the positives less that of the negatives; without negatives the mean of the positives.</summary>
    /// <param name="vector">What the examples are.</param>
    /// <param name="positives">At least one.</param>
    /// <param name="negatives">Any number.</param>
    public static VectorValue Of(VectorSchema vector, IReadOnlyList<VectorValue> positives, IReadOnlyList<VectorValue> negatives) => vector.Kind switch
    {
        VectorKind.Dense => OfDense(vector, positives, negatives),
        VectorKind.Sparse => OfSparse(positives, negatives),
        _ => OfLists(vector, positives, negatives),
    };

    private static DenseVector OfDense(VectorSchema vector, IReadOnlyList<VectorValue> positives, IReadOnlyList<VectorValue> negatives)
    {
        var sums = new double[vector.Dimension];
        Add(vector, sums, positives, (negatives.Count == 0 ? 1.0 : 2.0) / positives.Count);
        Add(vector, sums, negatives, -1.0 / Math.Max(1, negatives.Count));
        return new DenseVector(Array.ConvertAll(sums, PreciseArithmetic.Saturate));
    }

    private static void Add(VectorSchema vector, double[] sums, IReadOnlyList<VectorValue> examples, double factor)
    {
        foreach (var example in examples)
        {
            var components = ((DenseVector)example).Components.Span;
            var length = vector.Distance == Distance.Cosine ? PreciseArithmetic.Length(components) : 1;
            for (var i = 0; i < sums.Length && length > 0; i++)
                sums[i] += factor * (components[i] / length);
        }
    }

    private static SparseVector OfSparse(IReadOnlyList<VectorValue> positives, IReadOnlyList<VectorValue> negatives)
    {
        var sums = new SortedDictionary<uint, double>();
        Add(sums, positives, (negatives.Count == 0 ? 1.0 : 2.0) / positives.Count);
        Add(sums, negatives, -1.0 / Math.Max(1, negatives.Count));
        return new SparseVector(sums.Keys.ToArray(), sums.Values.Select(PreciseArithmetic.Saturate).ToArray());
    }

    private static void Add(SortedDictionary<uint, double> sums, IReadOnlyList<VectorValue> examples, double factor)
    {
        foreach (var example in examples.Cast<SparseVector>())
        {
            var indices = example.Indices.Span;
            var values = example.Values.Span;
            for (var i = 0; i < indices.Length; i++)
                sums[indices[i]] = sums.GetValueOrDefault(indices[i]) + (factor * values[i]);
        }
    }

    private static MultiVector OfLists(VectorSchema vector, IReadOnlyList<VectorValue> positives, IReadOnlyList<VectorValue> negatives)
    {
        var components = new List<float>();
        foreach (var example in positives.Cast<MultiVector>())
            components.AddRange(example.Components.Span);
        foreach (var example in negatives.Cast<MultiVector>())
        {
            foreach (var component in example.Components.Span)
                components.Add(-component);
        }

        return new MultiVector(components.ToArray(), vector.Dimension);
    }
}
