using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Compares rows with the vectors of one query. Similarities are those of <see cref="SimilarityScale"/>, finite but for <see cref="NothingInCommon"/>. Has buffers: one thread.
/// </summary>
internal abstract class RowSimilarity
{
    /// <summary>The similarity of sparse vectors that have no index in common.</summary>
    public const double NothingInCommon = double.NegativeInfinity;

    /// <summary>Compares with the vectors of a column.</summary>
    /// <param name="vector">The column's schema.</param>
    /// <param name="column">Its number.</param>
    /// <param name="examples">The vectors of the query, of the column's kind and dimension.</param>
    public static RowSimilarity Of(VectorSchema vector, int column, IReadOnlyList<VectorValue> examples)
    {
        if (vector.Kind == VectorKind.Sparse)
            return new SparseSimilarity(column, [.. examples.Cast<SparseVector>()]);
        return vector.Distance switch
        {
            Distance.Cosine => Of<CosineScoring>(vector, column, examples),
            Distance.Dot => Of<DotScoring>(vector, column, examples),
            Distance.Euclid => Of<EuclidScoring>(vector, column, examples),
            Distance.Manhattan => Of<ManhattanScoring>(vector, column, examples),
            _ => throw new InvalidOperationException($"Distance {vector.Distance} has no scoring."),
        };
    }

    /// <summary>The similarity, where there is one.</summary>
    public static double OrZero(double similarity) => similarity == NothingInCommon ? 0 : similarity;

    /// <summary>Compares a row with each vector of the query; false if the row has none to compare, or an empty list.</summary>
    /// <exception cref="FileSystem.CorruptionException">The row's vector is damaged.</exception>
    public abstract bool TryCompare(Segment segment, int row, Span<double> similarities);

    /// <summary>Compares rows that follow one another.</summary>
    /// <param name="segment">The rows' segment.</param>
    /// <param name="first">The first row.</param>
    /// <param name="wanted">One for each row: whether it is to be compared; then whether it was, and has a vector.</param>
    /// <param name="similarities">As many for each row as the query has vectors.</param>
    /// <param name="cancellationToken">Looked at before each row.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="FileSystem.CorruptionException">A row's vector is damaged.</exception>
    public virtual void Compare(Segment segment, int first, Span<bool> wanted, Span<double> similarities, CancellationToken cancellationToken)
    {
        var width = similarities.Length / wanted.Length;
        for (var i = 0; i < wanted.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            wanted[i] = wanted[i] && TryCompare(segment, first + i, similarities.Slice(i * width, width));
        }
    }

    private static RowSimilarity Of<TScoring>(VectorSchema vector, int column, IReadOnlyList<VectorValue> examples)
        where TScoring : struct, IScoring => vector.Kind == VectorKind.Dense
            ? new DenseSimilarity<TScoring>(vector, column, examples)
            : new ListSimilarity<TScoring>(vector, column, examples);
}
