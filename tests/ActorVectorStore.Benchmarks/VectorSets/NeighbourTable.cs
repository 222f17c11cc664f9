using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>The rows found for each query, closest first, as many for each; -1 where there are too few. As <c>.ivecs</c>: each list behind its length, 32-bit numbers, little-endian.</summary>
internal sealed class NeighbourTable(int[] rows, int width)
{
    public int Width { get; } = width;

    public int Count { get; } = rows.Length / width;

    public ReadOnlySpan<int> Of(int query) => rows.AsSpan(query * Width, Width);

    /// <summary>Share of the true neighbours that were found: the mean over all queries that have any.</summary>
    /// <param name="truth">True neighbours of the same queries, as many for each or fewer.</param>
    public double RecallAgainst(NeighbourTable truth)
    {
        var (found, wanted) = (0L, 0L);
        for (var query = 0; query < truth.Count; query++)
        {
            foreach (var row in truth.Of(query))
            {
                wanted += row >= 0 ? 1 : 0;
                found += row >= 0 && Of(query).Contains(row) ? 1 : 0;
            }
        }

        return (double)found / wanted;
    }

    public static NeighbourTable Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var width = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var record = (1 + width) * sizeof(int);
        var rows = new int[bytes.Length / record * width];
        for (var i = 0; i < bytes.Length / record; i++)
        {
            MemoryMarshal.Cast<byte, int>(bytes.AsSpan((i * record) + sizeof(int), width * sizeof(int))).CopyTo(rows.AsSpan(i * width));
        }

        return new NeighbourTable(rows, width);
    }

    public void Write(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write);
        Span<byte> head = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, Width);
        for (var query = 0; query < Count; query++)
        {
            stream.Write(head);
            stream.Write(MemoryMarshal.AsBytes(Of(query)));
        }
    }
}
