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

    /// <summary>The nodes of a source that are still there, in its order, then all other vectors at random.</summary>
    /// <param name="count">Vectors.</param>
    /// <param name="seed">Decides the order of the others.</param>
    /// <param name="kept">The source whose graph is kept, or null.</param>
    /// <param name="keptCount">Nodes that it has.</param>
    public static unsafe int[] Of(int count, ulong seed, GraphSource? kept, out int keptCount)
    {
        var order = new int[count];
        var isKept = new bool[count];
        keptCount = 0;
        for (var node = 0u; node < (kept?.Parts.Links.Count ?? 0); node++)
        {
            var vector = kept!.NewNumbers.Span[(int)kept.Parts.Vectors[node]];
            if (vector == GraphSource.Gone)
                continue;
            (order[keptCount++], isKept[vector]) = (vector, true);
        }

        var at = keptCount;
        for (var vector = 0; vector < count; vector++)
        {
            if (!isKept[vector])
                order[at++] = vector;
        }

        var random = new SplitMix64(seed);
        for (var i = count - 1; i > keptCount; i--)
        {
            var other = keptCount + random.Next(i - keptCount + 1);
            (order[i], order[other]) = (order[other], order[i]);
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
}
