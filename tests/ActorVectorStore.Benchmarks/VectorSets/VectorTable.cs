using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>Vectors of one dimension in memory, row by row without padding, and as <c>.fvecs</c>: each behind its dimension as a 32-bit number, little-endian.</summary>
internal sealed class VectorTable(float[] values, int dimension)
{
    private const int BufferBytes = 1 << 20;

    public int Dimension { get; } = dimension;

    public int Count { get; } = values.Length / dimension;

    public ReadOnlySpan<float> Row(int row) => values.AsSpan(row * Dimension, Dimension);

    /// <summary>All components.</summary>
    public ReadOnlySpan<float> Components => values;

    /// <summary>The rows whose numbers are given, in that order.</summary>
    public VectorTable Take(ReadOnlySpan<int> rows)
    {
        var taken = GC.AllocateUninitializedArray<float>(rows.Length * Dimension);
        for (var i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(taken.AsSpan(i * Dimension));
        }

        return new VectorTable(taken, Dimension);
    }

    /// <exception cref="InvalidDataException">The file is cut, or its vectors differ in dimension.</exception>
    public static VectorTable Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        Span<byte> head = stackalloc byte[sizeof(int)];
        stream.ReadExactly(head);
        var dimension = BinaryPrimitives.ReadInt32LittleEndian(head);
        var record = sizeof(int) + (dimension * sizeof(float));
        var values = GC.AllocateUninitializedArray<float>(checked((int)(stream.Length / record * dimension)));
        for (var start = 0; start < values.Length; start += dimension)
        {
            if (start > 0)
            {
                stream.ReadExactly(head);
            }

            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, dimension)));
            if (BinaryPrimitives.ReadInt32LittleEndian(head) != dimension)
            {
                throw new InvalidDataException($"{file}: vector {start / dimension} has another dimension than the first one.");
            }
        }

        return stream.Position == stream.Length ? new VectorTable(values, dimension) : throw new InvalidDataException($"{file} ends within a vector.");
    }

    public void Write(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
        Span<byte> head = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, Dimension);
        for (var row = 0; row < Count; row++)
        {
            stream.Write(head);
            stream.Write(MemoryMarshal.AsBytes(Row(row)));
        }
    }
}
