using System.Runtime.CompilerServices;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Index.Tests;

/// <summary>What the components of generated vectors are like.</summary>
public enum Values
{
    Plain,
    Zeros,
    Tiny,
    Huge,
    AllMagnitudes,
    OneDominant,
    FewDistinct,
    Bytes,
}

/// <summary>
/// Rows in memory as a search meets them, and the values that are really stored, converted by the runtime and not by the code under test. NaN lies between the rows and at both ends: whoever
/// reads it by mistake gets it into the sum.
/// </summary>
internal sealed unsafe class StoredRows : IDisposable
{
    private const int Margin = 64;

    private readonly AlignedMemory _memory;
    private readonly AlignedMemory _inverses;

    /// <param name="rows">The vectors; they are rounded to what the element can hold.</param>
    /// <param name="element">How they are stored.</param>
    /// <param name="zerosBehind">Zeros behind each vector.</param>
    /// <param name="gapBytes">Bytes of NaN behind those.</param>
    public StoredRows(IReadOnlyList<float[]> rows, RowElement element, int zerosBehind = 0, int gapBytes = 3)
    {
        (Element, Dimension, Count) = (element, rows[0].Length, rows.Count);
        Stride = ((Dimension + zerosBehind) * BytesOf(element)) + gapBytes;
        _memory = new AlignedMemory(((long)Stride * Count) + (2 * Margin));
        _inverses = new AlignedMemory(Count * sizeof(float));
        new Span<byte>(_memory.Start, (int)_memory.ByteCount).Fill(byte.MaxValue);
        Values = [.. rows.Select(row => Array.ConvertAll(row, value => Rounded(value, element)))];
        for (var row = 0; row < Count; row++)
        {
            Unsafe.InitBlock(Row(row), 0, (uint)((Dimension + zerosBehind) * BytesOf(element)));
            for (var i = 0; i < Dimension; i++)
                Write(Row(row) + (i * BytesOf(element)), rows[row][i], element);
            ((float*)_inverses.Start)[row] = CosineCost.InverseOf(Math.Sqrt(Values[row].Sum(value => (double)value * value)));
        }
    }

    public RowElement Element { get; }

    public int Dimension { get; }

    public int Count { get; }

    public int Stride { get; }

    /// <summary>The stored values.</summary>
    public float[][] Values { get; }

    public byte* Row(int row) => _memory.Start + Margin + ((nint)row * Stride);

    /// <summary>The rows as a table that compares so many components.</summary>
    public RowTable Table(int dimension, bool hasInverseLengths = true) =>
        new(Row(0), Count, Stride, dimension, Element, hasInverseLengths ? (float*)_inverses.Start : null);

    public void Dispose()
    {
        _memory.Dispose();
        _inverses.Dispose();
    }

    public static float[] Vector(SeededRandom random, int dimension, Values values)
    {
        var dominant = random.Next(dimension);
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
            vector[i] = Component(random, values, i == dominant);
        return vector;
    }

    private static float Component(SeededRandom random, Values values, bool isDominant)
    {
        var sign = random.Chance(0.5) ? 1 : -1;
        return values switch
        {
            Tests.Values.Plain => (float)((2 * random.NextDouble()) - 1),
            Tests.Values.Zeros => random.Chance(0.01) ? 1 : 0,
            Tests.Values.Tiny => (float)(sign * Math.Pow(10, -44 + (20 * random.NextDouble()))),
            Tests.Values.Huge => (float)(sign * Math.Pow(10, 17 + (21 * random.NextDouble()))),
            Tests.Values.AllMagnitudes => (float)(sign * Math.Pow(10, -40 + (78 * random.NextDouble()))),
            Tests.Values.OneDominant => isDominant ? 1e15f * sign : (float)random.NextDouble(),
            Tests.Values.FewDistinct => random.Next(2),
            Tests.Values.Bytes => random.Next(256),
            _ => throw new ArgumentOutOfRangeException(nameof(values)),
        };
    }

    private static int BytesOf(RowElement element) => element switch
    {
        RowElement.Float32 => 4,
        RowElement.UInt8 => 1,
        _ => 2,
    };

    private static float Rounded(float value, RowElement element) => element switch
    {
        RowElement.Float32 => value,
        RowElement.Float16 => (float)ToHalf(value),
        RowElement.BFloat16 => BitConverter.UInt32BitsToSingle((uint)ToBFloat16(value) << 16),
        RowElement.UInt8 => ToByte(value),
        _ => throw new ArgumentOutOfRangeException(nameof(element)),
    };

    private static void Write(byte* target, float value, RowElement element)
    {
        switch (element)
        {
            case RowElement.Float32:
                Unsafe.WriteUnaligned(target, value);
                break;
            case RowElement.Float16:
                Unsafe.WriteUnaligned(target, ToHalf(value));
                break;
            case RowElement.BFloat16:
                Unsafe.WriteUnaligned(target, ToBFloat16(value));
                break;
            default:
                *target = ToByte(value);
                break;
        }
    }

    private static Half ToHalf(float value) => (Half)Math.Clamp(value, (float)Half.MinValue, (float)Half.MaxValue);

    private static ushort ToBFloat16(float value) => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);

    private static byte ToByte(float value) => (byte)Math.Clamp(value, 0, 255);
}
