using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>The postings of one dimension, gone through upwards. One thread.</summary>
/// <param name="index">The index.</param>
/// <param name="dimension">Where they are.</param>
/// <param name="rowCount">Rows of the segment.</param>
internal sealed class SparseList(SparseIndex index, SparseDimension dimension, int rowCount)
{
    private int _next;
    private long _lastRow = -1;

    /// <summary>Postings.</summary>
    public int Count => (int)dimension.Count;

    /// <summary>The lowest weight.</summary>
    public float Lowest => dimension.Lowest;

    /// <summary>The highest weight.</summary>
    public float Highest => dimension.Highest;

    /// <summary>Adds the products of the rows before <paramref name="end"/> that were not passed yet.</summary>
    /// <param name="factor">What weights are multiplied by.</param>
    /// <param name="start">The row of the first sum; no row before it is left.</param>
    /// <param name="end">The row behind the last sum.</param>
    /// <param name="sums">One for each row.</param>
    /// <param name="touched">One bit for each row, lowest first: set if the row has a posting.</param>
    /// <exception cref="CorruptionException">What it touches is damaged, or rows do not ascend; some sums are wrong then.</exception>
    // Optimised from the first call: a shard that is searched once in a while would otherwise stay in unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddTo(double factor, int start, int end, Span<double> sums, Span<ulong> touched)
    {
        while (_next < Count)
        {
            index.Read(dimension.Start, Count, _next, out var rows, out var weights);
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[i];
                if (row >= end)
                {
                    if (row >= rowCount)
                        throw Unordered(row);
                    return;
                }

                if (row <= _lastRow || row < start)
                    throw Unordered(row);
                var slot = (int)row - start;
                sums[slot] += factor * weights[i];
                touched[slot >> 6] |= 1UL << slot;
                _lastRow = row;
                _next++;
            }
        }
    }

    private CorruptionException Unordered(uint row) =>
        index.Corrupt(dimension.Start, $"rows above {_lastRow} and below {rowCount} in the list of dimension {dimension.Dimension}", $"{row}");
}
