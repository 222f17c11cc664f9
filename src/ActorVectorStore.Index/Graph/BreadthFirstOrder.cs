namespace ActorVectorStore.Index;

/// <summary>
/// Numbers nodes in the order in which a breadth-first walk from the entry points meets them, so that neighbours lie near one another in memory. Entry points stay the first nodes.
/// </summary>
internal static class BreadthFirstOrder
{
    /// <summary>The nodes in their new order, by old numbers; those that no walk reaches come last.</summary>
    /// <param name="links">The neighbours, which may have the builder's marks.</param>
    /// <param name="entries">The entry points, which come first.</param>
    /// <param name="reached">Nodes that the walk reaches.</param>
    public static uint[] Of(GraphLinks links, IReadOnlyList<uint> entries, out int reached)
    {
        var order = new uint[links.Count];
        var isMet = new bool[links.Count];
        var count = 0;
        foreach (var entry in entries)
            (isMet[entry], order[count++]) = (true, entry);
        for (var next = 0; next < count; next++)
        {
            foreach (var marked in links.Of(order[next]))
            {
                var neighbor = marked & NeighborList.NodeMask;
                if (isMet[neighbor])
                    continue;
                (isMet[neighbor], order[count++]) = (true, neighbor);
            }
        }

        reached = count;
        for (var node = 0u; count < order.Length; node++)
        {
            if (!isMet[node])
                order[count++] = node;
        }

        return order;
    }
}
