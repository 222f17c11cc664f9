namespace ActorVectorStore.Index;

/// <summary>
/// A node's neighbours while a graph is built, in ascending order of cost. Each is <i>diverse</i> (no diverse neighbour that is closer to the node is closer to it than the node is) or
/// a <i>filler</i>, which takes room that no diverse one needs. Malkov and Yashunin (2018), algorithm 4, kept up to date by one neighbour at a time: O(degree) comparisons
/// instead of its square.
/// </summary>
/// <remarks>A view of the builder's arrays; the thread that owns the node.</remarks>
internal unsafe readonly struct NeighborList(uint* nodes, uint* costs, int capacity)
{
    /// <summary>The bits of an entry that are the node.</summary>
    public const uint NodeMask = int.MaxValue;

    /// <summary>The bit of an entry that says that it is a filler.</summary>
    public const uint Filler = 1u << 31;

    /// <summary>Neighbours in the list.</summary>
    public int Count()
    {
        var count = 0;
        while (count < capacity && nodes[count] != GraphLinks.End)
            count++;
        return count;
    }

    /// <summary>What the neighbour in the middle costs; without neighbours the most.</summary>
    public uint MiddleCost() => Count() is > 0 and var count ? costs[count / 2] : uint.MaxValue;

    /// <summary>Writes a list that was empty.</summary>
    public void Write(ReadOnlySpan<(uint Entry, uint Cost)> neighbors)
    {
        for (var i = 0; i < neighbors.Length; i++)
            (nodes[i], costs[i]) = neighbors[i];
        for (var i = neighbors.Length; i < capacity; i++)
            nodes[i] = GraphLinks.End;
    }

    /// <summary>Offers a neighbour: it comes in if there is room, or if it is diverse or closer and a filler, or the farthest, can go.</summary>
    /// <param name="node">The neighbour, which is not in the list.</param>
    /// <param name="cost">Its cost.</param>
    /// <param name="codes">Codes by node.</param>
    /// <param name="buffer">Room for a prepared query.</param>
    public void Offer<TKernel>(uint node, uint cost, CodeTable codes, byte* buffer)
        where TKernel : struct, ICodeKernel
    {
        var count = Count();
        var at = PlaceOf(cost, node, count);
        var lastFiller = LastFiller(count);
        if (count == capacity && at == count && lastFiller < 0)
            return;
        var query = TKernel.AsQuery(codes.Row(node), buffer, codes.RowBytes);
        var isDiverse = IsDiverse<TKernel>(query, cost, at, codes);
        if (isDiverse)
            lastFiller = Math.Max(lastFiller, DemoteBehind<TKernel>(query, at, count, codes));
        if (count < capacity)
            Insert(at, count, node, cost, isDiverse);
        else if (lastFiller >= 0 && (isDiverse || lastFiller >= at))
            Replace(lastFiller, at, node, cost, isDiverse);
        else if (isDiverse && at < count)
            Replace(count - 1, at, node, cost, isDiverse);
    }

    /// <summary>Puts a neighbour in as a filler, if there is room.</summary>
    public bool TryInsert(uint node, uint cost)
    {
        var count = Count();
        if (count == capacity)
            return false;
        Insert(PlaceOf(cost, node, count), count, node, cost, isDiverse: false);
        return true;
    }

    /// <summary>Takes the neighbour of this place out.</summary>
    public void Remove(int at)
    {
        for (; at + 1 < capacity && nodes[at] != GraphLinks.End; at++)
            (nodes[at], costs[at]) = (nodes[at + 1], costs[at + 1]);
        nodes[capacity - 1] = GraphLinks.End;
    }

    private int PlaceOf(uint cost, uint node, int count)
    {
        var at = count;
        while (at > 0 && (costs[at - 1] > cost || (costs[at - 1] == cost && (nodes[at - 1] & NodeMask) > node)))
            at--;
        return at;
    }

    private int LastFiller(int count)
    {
        var at = count - 1;
        while (at >= 0 && (nodes[at] & Filler) == 0)
            at--;
        return at;
    }

    private bool IsDiverse<TKernel>(byte* query, uint cost, int end, CodeTable codes)
        where TKernel : struct, ICodeKernel
    {
        for (var i = 0; i < end; i++)
        {
            if ((nodes[i] & Filler) == 0 && TKernel.Cost(query, codes.Row(nodes[i]), codes.RowBytes) < cost)
                return false;
        }

        return true;
    }

    // Diverse neighbours that are closer to the new one than to the node. Returns the last of them.
    private int DemoteBehind<TKernel>(byte* query, int at, int count, CodeTable codes)
        where TKernel : struct, ICodeKernel
    {
        var last = -1;
        for (var i = at; i < count; i++)
        {
            if ((nodes[i] & Filler) != 0 || TKernel.Cost(query, codes.Row(nodes[i]), codes.RowBytes) >= costs[i])
                continue;
            nodes[i] |= Filler;
            last = i;
        }

        return last;
    }

    private void Insert(int at, int count, uint node, uint cost, bool isDiverse)
    {
        for (var i = count; i > at; i--)
            (nodes[i], costs[i]) = (nodes[i - 1], costs[i - 1]);
        (nodes[at], costs[at]) = (isDiverse ? node : node | Filler, cost);
    }

    private void Replace(int old, int at, uint node, uint cost, bool isDiverse)
    {
        // What lies between the two places moves by one, towards the gap.
        for (var i = old; i + 1 < at; i++)
            (nodes[i], costs[i]) = (nodes[i + 1], costs[i + 1]);
        for (var i = old; i > at; i--)
            (nodes[i], costs[i]) = (nodes[i - 1], costs[i - 1]);
        var place = old < at ? at - 1 : at;
        (nodes[place], costs[place]) = (isDiverse ? node : node | Filler, cost);
    }
}
