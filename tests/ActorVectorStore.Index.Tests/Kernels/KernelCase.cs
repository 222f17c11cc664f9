using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index.Tests;

/// <summary>What a kernel sums.</summary>
public enum Terms
{
    SquaredDifferences,
    Products,
    AbsoluteDifferences,
}

/// <summary>One kernel: a comparison, an element, a width. All of them run in one process, on hardware that is slow with some.</summary>
internal sealed unsafe record KernelCase(Terms Terms, RowElement Element, int Lanes)
{
    private delegate float SumFunction(float* query, byte* row, int dimension);

    private SumFunction Function { get; init; } = (_, _, _) => float.NaN;

    public static IReadOnlyList<KernelCase> All { get; } =
    [
        .. Of<SquaredDifferences>(Terms.SquaredDifferences), .. Of<Products>(Terms.Products), .. Of<AbsoluteDifferences>(Terms.AbsoluteDifferences),
    ];

    public float Sum(float[] query, byte* row)
    {
        // Queries with NaN around them, too.
        var padded = Enumerable.Repeat(float.NaN, 3).Concat(query).Concat(Enumerable.Repeat(float.NaN, 20)).ToArray();
        fixed (float* start = padded)
            return Function(start + 3, row, query.Length);
    }

    public static double Term(Terms terms, float query, float row) => terms switch
    {
        Terms.SquaredDifferences => ((double)query - row) * ((double)query - row),
        Terms.Products => (double)query * row,
        _ => Math.Abs((double)query - row),
    };

    private static IEnumerable<KernelCase> Of<TComparison>(Terms terms)
        where TComparison : struct, IComparison =>
    [
        .. Of<TComparison, Float32Element>(terms, RowElement.Float32), .. Of<TComparison, BFloat16Element>(terms, RowElement.BFloat16),
        .. Of<TComparison, Float16Element>(terms, RowElement.Float16), .. Of<TComparison, UInt8Element>(terms, RowElement.UInt8),
    ];

    private static IEnumerable<KernelCase> Of<TComparison, TElement>(Terms terms, RowElement element)
        where TComparison : struct, IComparison
        where TElement : struct, IRowElement =>
    [
        new(terms, element, Lanes128.Count) { Function = RowKernel.Sum<TComparison, TElement, Lanes128, Vector128<float>> },
        new(terms, element, Lanes256.Count) { Function = RowKernel.Sum<TComparison, TElement, Lanes256, Vector256<float>> },
        new(terms, element, Lanes512.Count) { Function = RowKernel.Sum<TComparison, TElement, Lanes512, Vector512<float>> },

        // The width that the machine is fast with: its bound is that of the narrowest.
        new(terms, element, Lanes128.Count) { Function = RowKernel.Sum<TComparison, TElement> },
    ];
}
