using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Compares vectors of a query's candidates with one of them, then with the next. Has buffers: one thread.</summary>
internal abstract class PairSimilarity
{
    /// <summary>Compares vectors of one column.</summary>
    public static PairSimilarity Of(VectorSchema vector, IReadOnlyList<VectorValue> vectors)
    {
        if (vector.Kind == VectorKind.Sparse)
            return new SparsePairs([.. vectors.Cast<SparseVector>()]);
        return vector.Distance switch
        {
            Distance.Cosine => new ListPairs<CosineScoring>(vector, vectors),
            Distance.Dot => new ListPairs<DotScoring>(vector, vectors),
            Distance.Euclid => new ListPairs<EuclidScoring>(vector, vectors),
            Distance.Manhattan => new ListPairs<ManhattanScoring>(vector, vectors),
            _ => throw new InvalidOperationException($"Distance {vector.Distance} has no scoring."),
        };
    }

    /// <summary>From now on compares with this vector.</summary>
    public abstract void CompareWith(int other);

    /// <summary>The similarity of a vector to the other one; see <see cref="RowSimilarity"/>.</summary>
    public abstract double Of(int number);

    private sealed class SparsePairs(SparseVector[] vectors) : PairSimilarity
    {
        private SparseVector _other = vectors.Length > 0 ? vectors[0] : new SparseVector(default, default);

        public override void CompareWith(int other) => _other = vectors[other];

        public override double Of(int number) => SparseSimilarity.Dot(EntriesOf(vectors[number]), EntriesOf(_other));

        private static SparseEntries EntriesOf(SparseVector vector) => new(vector.Indices.Span, vector.Values.Span);
    }

    // A dense vector is a list of one.
    private sealed class ListPairs<TScoring>(VectorSchema vector, IReadOnlyList<VectorValue> vectors) : PairSimilarity
        where TScoring : struct, IScoring
    {
        private readonly float[][][] _prepared = [.. vectors.Select(value => ListSimilarity<TScoring>.Prepare(vector, ComponentsOf(value).Span))];
        private ReadOnlyMemory<float> _other;
        private float[] _costs = [];
        private float[]? _scratch;

        public override void CompareWith(int other) => _other = ComponentsOf(vectors[other]);

        public override double Of(int number) => ListSimilarity<TScoring>.Compare(
            vector.Distance, _prepared[number], VectorBlock.Of(_other.Span, vector.Dimension, ref _scratch), ref _costs);

        private static ReadOnlyMemory<float> ComponentsOf(VectorValue value) => value is DenseVector dense ? dense.Components : ((MultiVector)value).Components;
    }
}
