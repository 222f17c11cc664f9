namespace ActorVectorStore.Index.Tests;

/// <summary>Graphs for tests.</summary>
internal static class Graphs
{
    public static readonly ParallelLoop Alone = (count, body) =>
    {
        for (var i = 0; i < count; i++)
            body(i);
    };

    /// <summary>Builds an index in memory of its own.</summary>
    public static GraphParts Build(
        IVectorRows rows, Metric metric, GraphOptions options, ParallelLoop? loop = null, CodeKind kind = CodeKind.SevenBits, params IReadOnlyList<GraphSource> sources)
    {
        using var build = new GraphIndexBuild(rows, metric, options, kind, sources);
        return Complete(build, loop);
    }

    /// <summary>The index that a build makes.</summary>
    public static GraphParts Complete(GraphIndexBuild build, ParallelLoop? loop = null)
    {
        while (build.Advance(loop ?? Alone))
        {
        }

        return build.Complete().ToMemory();
    }

    /// <summary>A loop of so many threads, which takes the steps in an order of its own.</summary>
    public static ParallelLoop On(int threads) => (count, body) =>
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => body(count - 1 - i));

    /// <summary>Fails if a graph breaks a rule.</summary>
    public static void AssertInvariants(GraphParts parts)
    {
        var count = parts.Links.Count;
        var isReached = new bool[count];
        var toVisit = new Stack<uint>(Enumerable.Range(0, parts.Entries).Select(node => (uint)node));
        Assert.InRange(parts.Entries, Math.Min(1, count), count);
        while (toVisit.TryPop(out var node))
        {
            if (isReached[node])
                continue;
            isReached[node] = true;
            foreach (var neighbor in parts.Links.Of(node))
                toVisit.Push(neighbor);
        }

        for (var node = 0u; node < count; node++)
        {
            var neighbors = parts.Links.Of(node).ToArray();
            Assert.True(isReached[node], $"node {node} of {count} is not reachable");
            Assert.True(neighbors.Length <= parts.Links.Degree);
            Assert.True(neighbors.Length > 0 || count == 1, $"node {node} has no neighbour");
            Assert.Equal(neighbors.Length, neighbors.Distinct().Count());
            Assert.DoesNotContain(node, neighbors);
            Assert.All(neighbors, neighbor => Assert.True(neighbor < count));
            Assert.Equal(node, NodeOf(parts, VectorOf(parts, node)));
        }
    }

    /// <summary>All that an index is made of, to be compared.</summary>
    public static unsafe byte[] BytesOf(GraphParts parts)
    {
        var (codes, links) = (parts.Codes, parts.Links);
        byte[] bytes =
        [
            .. new ReadOnlySpan<byte>((void*)codes.Rows, codes.RowBytes * codes.Count),
            .. new ReadOnlySpan<byte>((void*)links.Lists, (int)GraphLinks.BytesOf(links.Count, links.Degree)),
            .. new ReadOnlySpan<byte>((void*)parts.VectorsByNode, sizeof(uint) * links.Count),
        ];

        // They own the memory.
        GC.KeepAlive(parts);
        return bytes;
    }

    public static unsafe uint VectorOf(GraphParts parts, uint node) => ((uint*)parts.VectorsByNode)[node];

    private static unsafe uint NodeOf(GraphParts parts, uint vector) => ((uint*)parts.NodesByVector)[vector];
}
