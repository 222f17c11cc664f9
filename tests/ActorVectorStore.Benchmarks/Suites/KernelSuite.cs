using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Index;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// Nanoseconds of one comparison while everything is in the first caches, at every width, beside the framework's own; and queries a second of the exact search over rows in memory.
/// One thread. All kernels of a dimension take turns within a pass.
/// </summary>
internal sealed unsafe class KernelSuite(BenchmarkRun run)
{
    private const int RowCount = 32;
    private const int ComponentsPerPass = 2_000_000;
    private const int SearchedComponents = 25_600_000;
    private const int Closest = 10;

    private static readonly int[] Dimensions = [100, 128, 384, 768, 1_536];
    private static readonly int[] QueryCounts = [1, 4, 16, 64, 256];

    private static readonly (string Name, RowElement Element, Comparison Compare)[] Kernels =
    [
        ("TensorPrimitives.Distance, float32", RowElement.Float32, CompareAll<FrameworkDistance>),
        ("L2, float32", RowElement.Float32, CompareAll<Kernel<SquaredDifferences, Float32Element>>),
        ("L2, float32, 256 bits", RowElement.Float32, CompareAll<Kernel<SquaredDifferences, Float32Element, Lanes256, Vector256<float>>>),
        ("L2, float32, 128 bits", RowElement.Float32, CompareAll<Kernel<SquaredDifferences, Float32Element, Lanes128, Vector128<float>>>),
        ("L2, bfloat16", RowElement.BFloat16, CompareAll<Kernel<SquaredDifferences, BFloat16Element>>),
        ("L2, float16", RowElement.Float16, CompareAll<Kernel<SquaredDifferences, Float16Element>>),
        ("L2, uint8", RowElement.UInt8, CompareAll<Kernel<SquaredDifferences, UInt8Element>>),
        ("TensorPrimitives.Dot, float32", RowElement.Float32, CompareAll<FrameworkDot>),
        ("dot, float32", RowElement.Float32, CompareAll<Kernel<Products, Float32Element>>),
        ("dot, float32, 256 bits", RowElement.Float32, CompareAll<Kernel<Products, Float32Element, Lanes256, Vector256<float>>>),
        ("dot, float32, 128 bits", RowElement.Float32, CompareAll<Kernel<Products, Float32Element, Lanes128, Vector128<float>>>),
        ("dot, bfloat16", RowElement.BFloat16, CompareAll<Kernel<Products, BFloat16Element>>),
        ("dot, float16", RowElement.Float16, CompareAll<Kernel<Products, Float16Element>>),
        ("dot, uint8", RowElement.UInt8, CompareAll<Kernel<Products, UInt8Element>>),
        ("Manhattan, float32", RowElement.Float32, CompareAll<Kernel<AbsoluteDifferences, Float32Element>>),
    ];

    private delegate float Comparison(float* query, byte* rows, int strideBytes, int dimension, int repetitions);

    private interface IKernel
    {
        static abstract float Sum(float* query, byte* row, int dimension);
    }

    public void Run()
    {
        run.Report.Heading("Kernels");
        run.Report.Paragraph($"Nanoseconds a comparison of a query with one of {RowCount} rows, median of {Passes} passes. Rows start at multiples of 64 bytes and have no zeros behind them.");
        run.Report.Add(Hot());
        run.Report.Heading("Exact search");
        run.Report.Paragraph($"Queries a second for the {Closest} closest of the rows that make {SearchedComponents * sizeof(float) / 1_000_000} MB of float32, best of {Passes} passes, by processor time.");
        run.Report.Add(Exact());
    }

    private TimeSpan WarmUpTime => run.Options.Small ? TimeSpan.Zero : TimeSpan.FromSeconds(5);

    private int Passes => run.Options.Small ? 1 : 9;

    private Table Hot()
    {
        var times = Kernels.Select(_ => Dimensions.Select(_ => new List<double>()).ToArray()).ToArray();
        WarmUp();
        foreach (var pass in Enumerable.Range(0, Passes))
        {
            foreach (var (column, dimension) in Dimensions.Index())
            {
                foreach (var (row, kernel) in Kernels.Index())
                    times[row][column].Add(Nanoseconds(kernel.Element, kernel.Compare, dimension, (ulong)pass));
            }
        }

        var table = new Table(["kernel", .. Dimensions.Select(dimension => $"{dimension}")]);
        foreach (var (row, kernel) in Kernels.Index())
            table.Add([kernel.Name, .. times[row].Select(of => $"{Spread.MedianOf(of):0.0}")]);
        return table;
    }

    // Ours are optimised from their first call; the framework's only after a while, by a thread that needs processor time, too.
    private void WarmUp()
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < WarmUpTime)
        {
            foreach (var kernel in Kernels)
                Nanoseconds(kernel.Element, kernel.Compare, Dimensions[0], seed: 0);
            Thread.Yield();
        }
    }

    private double Nanoseconds(RowElement element, Comparison compare, int dimension, ulong seed)
    {
        var stride = ((dimension * sizeof(float)) + AlignedMemory.Alignment - 1) / AlignedMemory.Alignment * AlignedMemory.Alignment;
        using var memory = new AlignedMemory((long)stride * (1 + RowCount));
        var query = (float*)memory.Start;
        var rows = memory.Start + stride;
        Fill(new SeededRandom(seed), query, rows, stride, dimension, element);
        var repetitions = Math.Max(1, (run.Options.Small ? ComponentsPerPass / 100 : ComponentsPerPass) / dimension / RowCount);
        compare(query, rows, stride, dimension, (repetitions / 4) + 1);
        var start = Stopwatch.GetTimestamp();
        compare(query, rows, stride, dimension, repetitions);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / repetitions / RowCount;
    }

    private static void Fill(SeededRandom random, float* query, byte* rows, int stride, int dimension, RowElement element)
    {
        for (var i = 0; i < dimension; i++)
            query[i] = (float)(random.NextDouble() - 0.5);
        for (var row = 0; row < RowCount; row++)
        {
            for (var i = 0; i < dimension; i++)
                Write(rows + (row * stride), i, (float)(random.NextDouble() - 0.5), element);
        }
    }

    private static void Write(byte* row, int component, float value, RowElement element)
    {
        switch (element)
        {
            case RowElement.Float32:
                ((float*)row)[component] = value;
                break;
            case RowElement.BFloat16:
                ((ushort*)row)[component] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
                break;
            case RowElement.Float16:
                ((Half*)row)[component] = (Half)value;
                break;
            default:
                row[component] = (byte)((value + 0.5f) * byte.MaxValue);
                break;
        }
    }

    private Table Exact()
    {
        var table = new Table(["metric, dimension, rows", .. QueryCounts.Select(count => $"{count} together")]);
        foreach (var dimension in new[] { 100, 128, 768 })
        {
            using var rows = new AlignedMemory((long)SearchedComponents * sizeof(float));
            var random = new SeededRandom(1);
            foreach (ref var component in new Span<float>(rows.Start, SearchedComponents))
                component = (float)(random.NextDouble() - 0.5);
            var count = SearchedComponents / dimension / (run.Options.Small ? 100 : 1);
            var searched = new RowTable(rows.Start, count, dimension * sizeof(float), dimension, RowElement.Float32);
            foreach (var metric in new[] { Metric.Euclid, Metric.Dot, Metric.Manhattan })
                table.Add([$"{metric}, {dimension}, {count:N0}", .. QueryCounts.Select(together => $"{QueriesPerSecond(metric, searched, together):N0}")]);
        }

        return table;
    }

    private double QueriesPerSecond(Metric metric, RowTable rows, int together)
    {
        using var queries = new ExactQueries(metric, new ReadOnlySpan<float>(rows.Start, together * rows.Dimension), rows.Dimension);
        var best = TimeSpan.MaxValue;
        foreach (var _ in Enumerable.Range(0, Passes))
        {
            var sinks = Enumerable.Range(0, together).Select(_ => new ClosestRows(Closest)).ToArray();
            var start = Environment.CpuUsage.TotalTime;
            queries.Search(rows, sinks);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, (Environment.CpuUsage.TotalTime - start).Ticks));
        }

        return together / best.TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float CompareAll<TKernel>(float* query, byte* rows, int strideBytes, int dimension, int repetitions)
        where TKernel : struct, IKernel
    {
        var sum = 0f;
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            for (var row = 0; row < RowCount; row++)
                sum += TKernel.Sum(query, rows + (row * strideBytes), dimension);
        }

        return sum;
    }

    private readonly struct Kernel<TComparison, TElement> : IKernel
        where TComparison : struct, IComparison
        where TElement : struct, IRowElement
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Sum(float* query, byte* row, int dimension) => RowKernel.Sum<TComparison, TElement>(query, row, dimension);
    }

    private readonly struct Kernel<TComparison, TElement, TLanes, TVector> : IKernel
        where TComparison : struct, IComparison
        where TElement : struct, IRowElement
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Sum(float* query, byte* row, int dimension) => RowKernel.Sum<TComparison, TElement, TLanes, TVector>(query, row, dimension);
    }

    private readonly struct FrameworkDistance : IKernel
    {
        public static float Sum(float* query, byte* row, int dimension) =>
            TensorPrimitives.Distance(new ReadOnlySpan<float>(query, dimension), new ReadOnlySpan<float>(row, dimension));
    }

    private readonly struct FrameworkDot : IKernel
    {
        public static float Sum(float* query, byte* row, int dimension) =>
            TensorPrimitives.Dot(new ReadOnlySpan<float>(query, dimension), new ReadOnlySpan<float>(row, dimension));
    }
}
