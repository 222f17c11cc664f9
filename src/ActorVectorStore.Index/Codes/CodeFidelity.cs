namespace ActorVectorStore.Index;

/// <summary>
/// How well codes keep the order of distances: what part of the closest of a sample is among three times as many that are closest by their codes. Components of very different magnitude from vector to vector
/// make one step for all useless; then a graph over codes would find little, and is better not built.
/// </summary>
internal static unsafe class CodeFidelity
{
    /// <summary>Below this, codes are not used.</summary>
    public const double Minimum = 0.9;

    private const int SampleMax = 1024;
    private const int SampleMin = 64;
    private const int SampleComponentsMax = 1 << 20;
    private const int Queries = 48;
    private const int Wanted = 10;
    private const int Kept = 3 * Wanted;

    /// <summary>The part that is found, 0 to 1; 1 where there are too few vectors to tell. Deterministic on one kind of machine.</summary>
    public static double Of(IVectorRows rows, ScalarCodec codec) => codec.Metric switch
    {
        Metric.Dot => Of<DotKernel>(rows, codec),
        Metric.Manhattan => Of<ManhattanKernel>(rows, codec),
        _ => Of<SquaredEuclidKernel>(rows, codec),
    };

    private static double Of<TKernel>(IVectorRows rows, ScalarCodec codec)
        where TKernel : struct, ICodeKernel
    {
        var count = Math.Min(rows.Count, Math.Clamp(SampleComponentsMax / rows.Dimension, SampleMin, SampleMax));
        if (count < SampleMin)
            return 1;
        using var floats = new AlignedMemory((long)count * rows.Dimension * sizeof(float));
        using var codes = new AlignedMemory((long)count * codec.RowBytes);
        var sample = new RowTable(floats.Start, count, rows.Dimension * sizeof(float), rows.Dimension, RowElement.Float32);
        var table = new CodeTable((nint)codes.Start, codec.RowBytes, count);
        Fill(rows, codec, sample, table);
        using var buffer = new AlignedMemory(TKernel.QueryBytes(codec.RowBytes));
        var (exact, coded, numbers) = (new float[count], new uint[count], new int[count]);
        var found = 0;
        for (var i = 0; i < Queries; i++)
        {
            var query = (int)((long)i * count / Queries);
            Compare(codec.Metric, sample, query, exact);
            var prepared = TKernel.AsQuery(table.Row((uint)query), buffer.Start, codec.RowBytes);
            for (var row = 0; row < count; row++)
                (coded[row], numbers[row]) = (TKernel.Cost(prepared, table.Row((uint)row), codec.RowBytes), row);
            Array.Sort(coded, numbers);
            var bound = exact.Order().ElementAt(Wanted - 1);
            found += Math.Min(Wanted, numbers.Take(Kept).Count(row => exact[row] <= bound));
        }

        return (double)found / (Queries * Wanted);
    }

    private static void Fill(IVectorRows rows, ScalarCodec codec, RowTable sample, CodeTable table)
    {
        var vector = new float[rows.Dimension];
        for (var i = 0; i < sample.Count; i++)
        {
            rows.Read((int)((long)i * rows.Count / sample.Count), vector);
            vector.CopyTo(new Span<float>(sample.Row(i), vector.Length));
            codec.Encode(vector, new Span<byte>(table.Row((uint)i), codec.RowBytes));
        }
    }

    private static void Compare(Metric metric, RowTable sample, int query, float[] costs)
    {
        using var queries = new ExactQueries(metric, new ReadOnlySpan<float>(sample.Row(query), sample.Dimension), sample.Dimension);
        for (var row = 0; row < costs.Length; row++)
            costs[row] = queries.Cost(0, sample, row);
    }
}
