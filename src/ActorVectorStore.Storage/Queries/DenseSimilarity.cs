using System.Runtime.CompilerServices;
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
        Compare(block, slot: 0, similarities);
        return true;
    }

    // Block by block, as they lie: a row that is not wanted costs less than finding the next one.
    public override void Compare(Segment segment, int first, Span<bool> wanted, Span<double> similarities, CancellationToken cancellationToken)
    {
        var (row, end) = (first, first + wanted.Length);
        while (row < end)
        {
            var next = row;
            var block = segment.VectorsFrom(column, ref next, end, ref _scratch);
            wanted[(row - first)..(next - first)].Clear();
            for (var slot = 0; slot < block.Count; slot++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (wanted[next - first + slot])
                    Compare(block, slot, similarities.Slice((next - first + slot) * _examples.Length, _examples.Length));
            }

            row = next + block.Count;
        }
    }

    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compare(VectorBlock block, int slot, Span<double> similarities)
    {
        var components = block.Vector(slot);
        var inverseNorm = TScoring.UsesInverseNorm ? block.InverseNorm(slot) : 0;
        for (var i = 0; i < _examples.Length; i++)
            similarities[i] = SimilarityScale.OfScore(vector.Distance, TScoring.Turn(TScoring.Cost(_examples[i], components, inverseNorm)));
    }
}
