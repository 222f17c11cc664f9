using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// Sums over the components of a query and one row. Pure; any thread.
/// </summary>
/// <remarks>
/// <para>
/// Four sums in each lane hide the latency of additions: component i is added to one sum of the four in lane i mod lanes, whatever follows it. So zeros behind both vectors change nothing, to
/// the last bit, and a caller whose rows are padded with zeros may pass the padded dimension, which saves the tail.
/// </para>
/// <para>
/// A result differs from the exact sum by at most (dimension / (4 lanes) + 12) * 2^-24 of the sum of the terms' magnitudes, plus 2^-149 for each term that is too small for a single; results
/// of two widths differ by at most the sum of their bounds. <see cref="ErrorBound"/> is that factor. Where a term or a sum exceeds the largest single the result is infinite or NaN.
/// </para>
/// </remarks>
internal static unsafe class RowKernel
{
    private const int Sums = 4;

    /// <summary>The sum at the widest width that the machine is fast with.</summary>
    /// <param name="query">The query's components.</param>
    /// <param name="row">The row's components.</param>
    /// <param name="dimension">Components of both, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<TComparison, TElement>(float* query, byte* row, int dimension)
        where TComparison : struct, IComparison
        where TElement : struct, IRowElement
    {
        if (Vector512.IsHardwareAccelerated)
            return Sum<TComparison, TElement, Lanes512, Vector512<float>>(query, row, dimension);
        if (Vector256.IsHardwareAccelerated)
            return Sum<TComparison, TElement, Lanes256, Vector256<float>>(query, row, dimension);
        return Sum<TComparison, TElement, Lanes128, Vector128<float>>(query, row, dimension);
    }

    /// <summary>The sum at a given width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<TComparison, TElement, TLanes, TVector>(float* query, byte* row, int dimension)
        where TComparison : struct, IComparison
        where TElement : struct, IRowElement
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        // Apart, so that no call is among the registers of what follows.
        if (dimension < TLanes.Count)
            return ShortSum<TComparison, TElement, TLanes, TVector>(query, row, dimension);
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var left = dimension;
        for (; left >= Sums * TLanes.Count; left -= Sums * TLanes.Count)
        {
            sum0 = TComparison.Add<TLanes, TVector>(sum0, TLanes.Load(query), TLanes.Load<TElement>(row));
            sum1 = TComparison.Add<TLanes, TVector>(sum1, TLanes.Load(query + TLanes.Count), TLanes.Load<TElement>(row + (TLanes.Count * TElement.Bytes)));
            sum2 = TComparison.Add<TLanes, TVector>(sum2, TLanes.Load(query + (2 * TLanes.Count)), TLanes.Load<TElement>(row + (2 * TLanes.Count * TElement.Bytes)));
            sum3 = TComparison.Add<TLanes, TVector>(sum3, TLanes.Load(query + (3 * TLanes.Count)), TLanes.Load<TElement>(row + (3 * TLanes.Count * TElement.Bytes)));
            query += Sums * TLanes.Count;
            row += Sums * TLanes.Count * TElement.Bytes;
        }

        // The sums move round so that each gets its turn. It is the pairs of the first and third and of the second and fourth that are added first: those stay pairs.
        for (; left >= TLanes.Count; left -= TLanes.Count)
        {
            var sum = TComparison.Add<TLanes, TVector>(sum0, TLanes.Load(query), TLanes.Load<TElement>(row));
            (sum0, sum1, sum2, sum3) = (sum1, sum2, sum3, sum);
            query += TLanes.Count;
            row += TLanes.Count * TElement.Bytes;
        }

        if (left > 0)
            sum0 = AddTail<TComparison, TElement, TLanes, TVector>(sum0, query, row, left);
        return TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum2), TLanes.Add(sum1, sum3)));
    }

    /// <summary>By how much a result may differ from the exact sum, as a share of the sum of the terms' magnitudes.</summary>
    public static double ErrorBound(int dimension, int lanes) => ((dimension / (Sums * (double)lanes)) + 12) / (1 << 24);

    /// <summary>Adds the terms of the last components, fewer than a register has, of vectors that have more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddTail<TComparison, TElement, TLanes, TVector>(TVector sum, float* query, byte* row, int left)
        where TComparison : struct, IComparison
        where TElement : struct, IRowElement
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        // The registers that end where the vectors end have them at their ends.
        var before = TLanes.Count - left;
        return TComparison.Add<TLanes, TVector>(
            sum, TLanes.From(TLanes.Load(query - before), before), TLanes.From(TLanes.Load<TElement>(row - (before * TElement.Bytes)), before));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float ShortSum<TComparison, TElement, TLanes, TVector>(float* query, byte* row, int dimension)
        where TComparison : struct, IComparison
        where TElement : struct, IRowElement
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector paddedQuery = default, paddedRow = default;
        for (var i = 0; i < dimension; i++)
        {
            ((float*)&paddedQuery)[i] = query[i];
            ((float*)&paddedRow)[i] = TElement.Load(row + (i * TElement.Bytes));
        }

        return TLanes.Sum(TComparison.Add<TLanes, TVector>(default, paddedQuery, paddedRow));
    }
}
