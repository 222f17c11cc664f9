using System.Runtime.CompilerServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Compares rows of a sparse column by the inner product.</summary>
internal sealed class SparseSimilarity(int column, SparseVector[] examples) : RowSimilarity
{
    /// <summary>
    /// The inner product. Products are exact in double precision and are added up by ascending index: whoever adds the same products in this order gets the same to the last bit.
    /// </summary>
    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(SparseEntries one, SparseEntries other)
    {
        var (sum, i, j, inCommon) = (0.0, 0, 0, 0);
        while (i < one.Indices.Length && j < other.Indices.Length)
        {
            var (left, right) = (one.Indices[i], other.Indices[j]);
            if (left == right)
            {
                sum += (double)one.Values[i] * other.Values[j];
                inCommon++;
            }

            i += left <= right ? 1 : 0;
            j += left >= right ? 1 : 0;
        }

        return inCommon > 0 ? sum : NothingInCommon;
    }

    public override bool TryCompare(Segment segment, int row, Span<double> similarities)
    {
        if (!segment.HasVector(column, row))
            return false;
        var entries = segment.Sparse(column, row);
        for (var i = 0; i < examples.Length; i++)
            similarities[i] = Dot(new SparseEntries(examples[i].Indices.Span, examples[i].Values.Span), entries);
        return true;
    }
}
