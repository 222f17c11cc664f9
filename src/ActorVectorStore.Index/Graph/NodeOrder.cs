using System.Runtime.InteropServices;

namespace ActorVectorStore.Index;

/// <summary>Which vector each node of a graph stands for while it is built: in the order of insertion.</summary>
internal static class NodeOrder
{
    /// <summary>Entry nodes of a graph of so many.</summary>
    public static int EntriesOf(int count) => Math.Clamp((int)Math.Sqrt(count) / 2, Math.Min(1, count), 256);

    /// <summary>Entry nodes of a graph of so many, the first of which were kept: in their share, of those that were kept and of the others.</summary>
    public static IEnumerable<uint> Entries(int keptCount, int count)
    {
        var wanted = EntriesOf(count);
        var ofKept = (int)((long)wanted * keptCount / Math.Max(count, 1));
        return Enumerable.Range(0, ofKept).Concat(Enumerable.Range(keptCount, wanted - ofKept)).Select(node => (uint)node);
    }

    /// <summary>The nodes of a source that are still there, in its order, then all other vectors at random, and last those that are left out.</summary>
    /// <param name="isLeftOut">For each vector, whether it is no node.</param>
    /// <param name="seed">Decides the order of the others.</param>
    /// <param name="kept">The source whose graph is kept, or null.</param>
    /// <param name="keptCount">Nodes that it has.</param>
    /// <param name="nodeCount">Vectors that are nodes.</param>
    public static unsafe int[] Of(bool[] isLeftOut, ulong seed, GraphSource? kept, out int keptCount, out int nodeCount)
    {
        var order = new int[isLeftOut.Length];
        var isPlaced = (bool[])isLeftOut.Clone();
        keptCount = 0;
        for (var node = 0u; node < (kept?.Parts.Links.Count ?? 0); node++)
        {
            var vector = kept!.NewNumbers.Span[(int)kept.Parts.Vectors[node]];
            if (vector == GraphSource.Gone || isPlaced[vector])
                continue;
            (order[keptCount++], isPlaced[vector]) = (vector, true);
        }

        nodeCount = keptCount;
        for (var vector = 0; vector < order.Length; vector++)
        {
            if (!isPlaced[vector])
                order[nodeCount++] = vector;
        }

        Shuffle(order.AsSpan(keptCount..nodeCount), seed);
        var at = nodeCount;
        for (var vector = 0; vector < order.Length; vector++)
        {
            if (isLeftOut[vector])
                order[at++] = vector;
        }

        return order;
    }

    /// <summary>The place of each number in an order.</summary>
    public static uint[] Inverse(ReadOnlySpan<int> order)
    {
        var places = new uint[order.Length];
        for (var place = 0; place < order.Length; place++)
            places[order[place]] = (uint)place;
        return places;
    }

    /// <summary>The place of each number in an order.</summary>
    public static uint[] Inverse(ReadOnlySpan<uint> order) => Inverse(MemoryMarshal.Cast<uint, int>(order));

    // Fisher and Yates, as Durstenfeld has it (1964).
    private static void Shuffle(Span<int> numbers, ulong seed)
    {
        var random = new SplitMix64(seed);
        for (var i = numbers.Length - 1; i > 0; i--)
        {
            var other = random.Next(i + 1);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }
    }
}
