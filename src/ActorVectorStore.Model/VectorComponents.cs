using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>Checks of a vector's components.</summary>
public static class VectorComponents
{
    // NaN and the infinities are exactly the floats whose eight exponent bits are all set.
    private const int ExponentBits = 0x7F80_0000;

    /// <summary>Position of the first component that is NaN or infinite; -1 if all are finite.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> vector)
    {
        var bits = MemoryMarshal.Cast<float, int>(vector);
        var exponent = new Vector<int>(ExponentBits);
        var i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            if (Vector.EqualsAny(new Vector<int>(bits[i..]) & exponent, exponent))
                break;
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & ExponentBits) == ExponentBits)
                return i;
        }

        return -1;
    }
}
