using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Components of vectors between float32 and how they are stored. A value that the stored type has comes back bit for bit, but for the payload of a
/// NaN in the 16-bit types. Any other is rounded to the nearest, of two equally near ones to the even one, and a finite value stays finite: beyond the
/// largest it becomes the largest of its sign. <see cref="ElementType.UInt8"/> has no sign and no infinities: below 0 and NaN become 0, above 255 becomes 255.
/// </summary>
internal static class VectorElements
{
    private const uint BFloat16Infinity = 0x7F80;
    private const uint BFloat16QuietBit = 0x40;
    private const uint BFloat16SignMask = 0x7FFF;

    /// <summary>Bytes of one component.</summary>
    public static int Bytes(ElementType type) => type switch
    {
        ElementType.Float32 => sizeof(float),
        ElementType.Float16 or ElementType.BFloat16 => sizeof(ushort),
        ElementType.UInt8 => sizeof(byte),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Stores components; the target has exactly their bytes.</summary>
    public static void Encode(ElementType type, ReadOnlySpan<float> source, Span<byte> target)
    {
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.AsBytes(source).CopyTo(target);
                break;
            case ElementType.Float16:
                for (var i = 0; i < source.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(target[(i * 2)..], ToFloat16(source[i]));
                break;
            case ElementType.BFloat16:
                for (var i = 0; i < source.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(target[(i * 2)..], ToBFloat16(source[i]));
                break;
            case ElementType.UInt8:
                for (var i = 0; i < source.Length; i++)
                    target[i] = ToUInt8(source[i]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    /// <summary>Replaces components by what comes back of them once they are stored.</summary>
    public static void Round(ElementType type, Span<float> components)
    {
        switch (type)
        {
            case ElementType.Float32:
                break;
            case ElementType.Float16:
                for (var i = 0; i < components.Length; i++)
                    components[i] = (float)ToFloat16(components[i]);
                break;
            case ElementType.BFloat16:
                for (var i = 0; i < components.Length; i++)
                    components[i] = BitConverter.UInt32BitsToSingle((uint)ToBFloat16(components[i]) << 16);
                break;
            case ElementType.UInt8:
                for (var i = 0; i < components.Length; i++)
                    components[i] = ToUInt8(components[i]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    /// <summary>Reads stored components; the target has exactly their number. Exact.</summary>
    public static void Decode(ElementType type, ReadOnlySpan<byte> source, Span<float> target)
    {
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(target);
                break;
            case ElementType.Float16:
                for (var i = 0; i < target.Length; i++)
                    target[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(source[(i * 2)..]);
                break;
            case ElementType.BFloat16:
                for (var i = 0; i < target.Length; i++)
                    target[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(i * 2)..]) << 16);
                break;
            case ElementType.UInt8:
                for (var i = 0; i < target.Length; i++)
                    target[i] = source[i];
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    private static Half ToFloat16(float value)
    {
        var half = (Half)value;
        if (!Half.IsInfinity(half) || float.IsInfinity(value))
            return half;
        return value > 0 ? Half.MaxValue : Half.MinValue;
    }

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return (ushort)((bits >> 16) | BFloat16QuietBit);
        var rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        var overflows = (rounded & BFloat16SignMask) == BFloat16Infinity && float.IsFinite(value);
        return (ushort)(overflows ? rounded - 1 : rounded);
    }

    private static byte ToUInt8(float value) =>
        float.IsNaN(value) ? (byte)0 : (byte)Math.Clamp(MathF.Round(value, MidpointRounding.ToEven), byte.MinValue, byte.MaxValue);
}
