namespace ActorVectorStore.Index;

/// <summary>
/// How well codes keep the order of distances: what part of the closest of a sample is among three times as many that are closest by their codes. Components of very different magnitude from vector to vector
/// make one step for all useless, and of few components there are fewer codes than vectors; then a graph over codes would find little, and is better not built.
/// </summary>
internal static unsafe class CodeFidelity
{
    private const double Minimum = 0.9;
    private const double HalfCodesMinimum = 0.97;

    private const int SampleMax = 1024;
    private const int SampleMin = 64;

    // In few dimensions vectors lie the closer the more there are, until many have one code: a thousand of them would not show that.
    private const int FewDimensions = 8;
    private const int DenseSampleMax = 1 << 16;
    private const int SampleComponentsMax = 1 << 20;
    private const int Queries = 48;
    private const int Wanted = 10;
    private const int Kept = 3 * Wanted;

    /// <summary>Whether rows of this kind do for the vectors; true where there are too few to tell. Vectors of one component have 128 codes at most, which never do.</summary>
    public static bool Suffices(IVectorRows rows, ScalarCodec codec, CodeKind kind) => rows.Dimension > 1 && (kind, codec.Metric) switch
    {
        (CodeKind.FourBits, Metric.Dot) => Of<HalfCodes<CodeProducts>>(rows, codec, kind) >= HalfCodesMinimum,
        (CodeKind.FourBits, Metric.Manhattan) => Of<HalfCodes<CodeDifferences>>(rows, codec, kind) >= HalfCodesMinimum,
        (CodeKind.FourBits, _) => Of<HalfCodes<CodeSquares>>(rows, codec, kind) >= HalfCodesMinimum,
        (_, Metric.Dot) => Of<WholeCodes<CodeProducts>>(rows, codec, kind) >= Minimum,
        (_, Metric.Manhattan) => Of<WholeCodes<CodeDifferences>>(rows, codec, kind) >= Minimum,
        _ => Of<WholeCodes<CodeSquares>>(rows, codec, kind) >= Minimum,
    };

    private static double Of<TKernel>(IVectorRows rows, ScalarCodec codec, CodeKind kind)
        where TKernel : struct, IRowKernel
    {
        var count = Math.Min(rows.Count, Math.Clamp(SampleComponentsMax / rows.Dimension, SampleMin, rows.Dimension <= FewDimensions ? DenseSampleMax : SampleMax));
        if (count < SampleMin)
            return 1;
        using var floats = new AlignedMemory((long)count * rows.Dimension * sizeof(float));
        var rowBytes = CodeRows.BytesOf(kind, codec.CodeBytes);
        using var codes = new AlignedMemory((long)count * rowBytes);
        var sample = new RowTable(floats.Start, count, rows.Dimension * sizeof(float), rows.Dimension, RowElement.Float32);
        var table = new CodeTable((nint)codes.Start, rowBytes, count);
        Fill(rows, codec, kind, sample, table);
        using var prepared = new AlignedMemory(TKernel.QueryBytes(rowBytes));
        var (exact, coded, numbers) = (new float[count], new uint[count], new int[count]);
        var found = 0;
        for (var i = 0; i < Queries; i++)
        {
            var query = (int)((long)i * count / Queries);
            Compare(codec.Metric, sample, query, exact);
            Prepare<TKernel>(codec, sample, query, prepared);
            for (var row = 0; row < count; row++)
                (coded[row], numbers[row]) = (TKernel.Cost(prepared.Start, table.Row((uint)row), rowBytes), row);
            Array.Sort(coded, numbers);
            var bound = exact.Order().ElementAt(Wanted - 1);
            found += Math.Min(Wanted, numbers.Take(Kept).Count(row => exact[row] <= bound));
        }

        return (double)found / (Queries * Wanted);
    }

    private static void Fill(IVectorRows rows, ScalarCodec codec, CodeKind kind, RowTable sample, CodeTable table)
    {
        var (vector, codes) = (new float[rows.Dimension], new byte[codec.CodeBytes]);
        for (var i = 0; i < sample.Count; i++)
        {
            rows.Read((int)((long)i * rows.Count / sample.Count), vector);
            vector.CopyTo(new Span<float>(sample.Row(i), vector.Length));
            codec.Encode(vector, codes);
            CodeRows.Pack(kind, codes, new Span<byte>(table.Row((uint)i), table.RowBytes));
        }
    }

    private static void Prepare<TKernel>(ScalarCodec codec, RowTable sample, int row, AlignedMemory prepared)
        where TKernel : struct, IRowKernel
    {
        var query = new Span<byte>(prepared.Start, (int)prepared.ByteCount);
        codec.EncodeQuery(new Span<float>(sample.Row(row), sample.Dimension).ToArray(), query);
        TKernel.Prepare(query);
    }

    private static void Compare(Metric metric, RowTable sample, int query, float[] costs)
    {
        using var queries = new ExactQueries(metric, new ReadOnlySpan<float>(sample.Row(query), sample.Dimension), sample.Dimension);
        for (var row = 0; row < costs.Length; row++)
            costs[row] = queries.Cost(0, sample, row);
    }
}
