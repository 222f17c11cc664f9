namespace ActorVectorStore.Index;

/// <summary>Sums in double precision, which no finite vectors of 65,536 singles can overflow: the slow path for vectors of extreme magnitude.</summary>
internal static unsafe class PreciseSums
{
    public static double Products<TElement>(float* query, byte* row, int dimension)
        where TElement : struct, IRowElement
    {
        var sum = 0.0;
        for (var i = 0; i < dimension; i++)
            sum += (double)query[i] * TElement.Load(row + ((nint)i * TElement.Bytes));
        return sum;
    }

    public static double Length<TElement>(byte* row, int dimension)
        where TElement : struct, IRowElement
    {
        var sum = 0.0;
        for (var i = 0; i < dimension; i++)
        {
            double component = TElement.Load(row + ((nint)i * TElement.Bytes));
            sum += component * component;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>The nearest finite single.</summary>
    public static float Saturate(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);
}
