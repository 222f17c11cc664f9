using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Compares rows of a dense column. The score of one vector is to the last bit that of <see cref="DenseSearch"/>.</summary>
internal sealed class DenseSimilarity<TScoring>(VectorSchema vector, int column, IReadOnlyList<VectorValue> examples) : RowSimilarity
    where TScoring : struct, IScoring
{
    private readonly float[][] _examples = [.. examples.Cast<DenseVector>().Select(example => TScoring.Prepare(example.Components.Span, RowLayout.StrideOf(vector.Dimension)))];
    private float[]? _scratch;

    public override bool TryCompare(Segment segment, int row, Span<double> similarities)
    {
        var first = row;
        var block = segment.VectorsFrom(column, ref first, row + 1, ref _scratch);
        if (block.Count == 0)
            return false;
        var components = block.Vector(0);
        var inverseNorm = TScoring.UsesInverseNorm ? block.InverseNorm(0) : 0;
        for (var i = 0; i < _examples.Length; i++)
            similarities[i] = SimilarityScale.OfScore(vector.Distance, TScoring.Turn(TScoring.Cost(_examples[i], components, inverseNorm)));
        return true;
    }
}
