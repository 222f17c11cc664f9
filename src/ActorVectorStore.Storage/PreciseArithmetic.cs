using System.Numerics;

namespace ActorVectorStore.Storage;

/// <summary>
/// The same sums in double precision, which no finite float vector of 65,536 components can overflow: the slow path for vectors of extreme
/// magnitude, and the lengths that are stored.
/// </summary>
internal static class PreciseArithmetic
{
    /// <summary>The length of a vector, to the last bit the same with and without zeros behind it: a row has it the same in memory and in a file.</summary>
    public static double Length(ReadOnlySpan<float> vector)
    {
        // Every row that is written comes here, hence the vector registers.
        var sums = Vector<double>.Zero;
        var whole = vector.Length - (vector.Length % Vector<float>.Count);
        for (var i = 0; i < whole; i += Vector<float>.Count)
            sums += Squares(new Vector<float>(vector[i..]));
        if (whole < vector.Length)
        {
            Span<float> rest = stackalloc float[Vector<float>.Count];
            rest.Clear();
            vector[whole..].CopyTo(rest);
            sums += Squares(new Vector<float>(rest));
        }

        return Math.Sqrt(Vector.Sum(sums));
    }

    public static double Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
            sum += (double)one[i] * other[i];
        return sum;
    }

    public static double Distance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        // Equal vectors come here too, and a set of duplicates must not make every scan slow.
        if (one.SequenceEqual(other))
            return 0;
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
        {
            var difference = (double)one[i] - other[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }

    public static double AbsoluteDifference(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
            sum += Math.Abs((double)one[i] - other[i]);
        return sum;
    }

    /// <summary>The nearest finite float.</summary>
    public static float Saturate(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);

    /// <summary>A copy with zeros behind it.</summary>
    public static float[] Pad(ReadOnlySpan<float> vector, int stride)
    {
        var padded = new float[stride];
        vector.CopyTo(padded);
        return padded;
    }

    private static Vector<double> Squares(Vector<float> components)
    {
        Vector.Widen(components, out var low, out var high);
        return (low * low) + (high * high);
    }
}
