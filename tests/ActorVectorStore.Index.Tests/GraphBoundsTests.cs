using ActorVectorStore.Testing;

namespace ActorVectorStore.Index.Tests;

/// <summary>Searches, builds and merges at the ends of what they may be asked for, and with bytes that no build wrote.</summary>
public sealed class GraphBoundsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_walk_keeps_as_few_candidates_as_it_is_told_to(int ef)
    {
        var random = new SeededRandom(3);
        var rows = VectorSet.Clustered(random, 3000, 8, 10);
        using var index = new GraphIndex(Graphs.Build(rows, Metric.Euclid, new GraphOptions(M: 8, EfConstruct: 60)));
        for (var i = 0; i < 50; i++)
        {
            var found = rows.Find(index, rows[random.Next(rows.Count)].ToArray(), ef);
            Assert.Equal(ef, found.Distinct().Count());
            Assert.Equal(ef, rows.Find(index, rows[i].ToArray(), ef, row => row != i).Distinct().Count());
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1 << 20)]
    [InlineData(int.MaxValue)]
    public void More_candidates_than_there_are_vectors_are_all_of_them(int ef)
    {
        var rows = VectorSet.Uniform(new SeededRandom(3), 200, 8);
        using var index = new GraphIndex(Graphs.Build(rows, Metric.Euclid, new GraphOptions()));
        var found = new int[20];
        Assert.Equal(10, index.Search(rows[0], ef, default, 10, found, out _));
        Assert.Equal(0, found[0]);
        Assert.Equal(10, index.Search(rows[0], ef, new PassingVectors([.. Enumerable.Repeat(ulong.MaxValue, 3), 1], 193), 10, found, out _));
        Assert.Equal(0, found[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    public void A_filter_that_mostly_vectors_without_a_direction_pass_hides_nothing(int directed)
    {
        var rows = VectorSet.Of(4000, 6, (row, i) => row < directed ? row + i + 1 : 0);
        var parts = Graphs.Build(rows, Metric.Cosine, new GraphOptions());
        using var index = new GraphIndex(parts);
        foreach (var ef in new[] { 1, 10, 100 })
        {
            var found = rows.Find(index, [1, 2, 3, 4, 5, 6], ef, row => row != 3999);
            Assert.Equal(found.Length, found.Distinct().Count());
            Assert.Equal(Math.Min(ef, directed), found.Count(row => row < directed));
            Assert.Equal(ef, found.Count(row => row >= directed));
            Assert.DoesNotContain(3999, found);
        }
    }

    [Fact]
    public void A_draft_with_nodes_behind_the_end_of_a_list_is_refused()
    {
        var rows = VectorSet.Uniform(new SeededRandom(1), 300, 8);
        var options = new GraphOptions(M: 8, EfConstruct: 60);
        using var build = new GraphIndexBuild(rows, Metric.Euclid, options);
        while (build.Inserted < 100)
            Assert.True(build.Advance(Graphs.Alone));
        var states = new byte[build.Inserted][];
        for (var node = 0; node < states.Length; node++)
            build.CopyState(node, states[node] = new byte[build.NodeStateBytes]);
        Assert.True(Resumes(states));
        var list = states.First(state => EndOf(state) < options.Degree - 1);
        BitConverter.TryWriteBytes(list.AsSpan((EndOf(list) + 1) * sizeof(uint)), 0x7FFF_0000u);
        Assert.False(Resumes(states));

        bool Resumes(byte[][] read)
        {
            var next = 0;
            using var other = new GraphIndexBuild(rows, Metric.Euclid, options);
            return other.TryResume(read.Length, () => read[next++], Graphs.Alone);
        }

        int EndOf(byte[] state) => Enumerable.Range(0, options.Degree).First(i => i == options.Degree - 1 || BitConverter.ToUInt32(state, i * sizeof(uint)) == GraphLinks.End);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Bits_behind_the_last_vector_are_refused(int words)
    {
        var rows = VectorSet.Uniform(new SeededRandom(1), 65, 8);
        using var index = new GraphIndex(Graphs.Build(rows, Metric.Euclid, new GraphOptions()));
        Assert.Throws<ArgumentException>(() => index.Search(rows[0], 10, new PassingVectors(new ulong[words], 0), 10, new int[20], out _));
        Assert.Throws<ArgumentException>(() => index.Search(rows[0], 10, new PassingVectors([1, 2 | 1], 3), 10, new int[20], out _));
        Assert.Equal(2, index.Search(rows[0], 10, new PassingVectors([1, 1], 2), 10, new int[20], out _));
    }

    [Fact]
    public void A_graph_without_nodes_is_not_kept()
    {
        var nothing = VectorSet.Of(200, 6, (_, _) => 0);
        var rows = VectorSet.Of(250, 6, (row, i) => row < 200 ? 0 : row + (i * row % 7));
        var source = new GraphSource(Graphs.Build(nothing, Metric.Cosine, new GraphOptions()), Enumerable.Range(0, 200).ToArray());
        using var build = new GraphIndexBuild(rows, Metric.Cosine, new GraphOptions(), CodeKind.SevenBits, source);
        using var alone = new GraphIndexBuild(rows, Metric.Cosine, new GraphOptions());
        Assert.Equal(alone.Codec.Step, build.Codec.Step);
        GC.KeepAlive(source);
    }

    [Fact]
    public void A_source_stays_as_long_as_the_build_that_reads_it()
    {
        var rows = VectorSet.Uniform(new SeededRandom(1), 500, 8);
        using var build = NewBuild(rows, out var owner);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.True(owner.IsAlive);
        while (build.Advance(Graphs.Alone))
        {
        }
    }

    [Fact]
    public unsafe void An_entry_of_the_build_that_nothing_leads_to_is_linked_from_what_is_reached()
    {
        const uint Lost = 5;
        using var codes = new AlignedMemory(400 * 64);
        var random = new SeededRandom(1);
        foreach (ref var code in new Span<byte>(codes.Start, 400 * 64))
            code = (byte)random.Next(128);
        using var builder = GraphBuilder.Of(Metric.Euclid, new CodeTable((nint)codes.Start, 64, 400), entries: 8, new GraphOptions(M: 8, EfConstruct: 60));
        while (builder.InsertBatch([], Graphs.Alone))
        {
        }

        for (var node = 0u; node < 400; node++)
        {
            var at = Enumerable.Range(0, 16).Where(i => (builder.Links.List(node)[i] & NeighborList.NodeMask) == Lost && builder.Links.List(node)[i] != GraphLinks.End);
            foreach (var place in at.ToArray())
                ((KernelGraphBuilder<WholeCodes<CodeSquares>>)builder).ListOf(node).Remove(place);
        }

        ((KernelGraphBuilder<WholeCodes<CodeSquares>>)builder).ListOf(Lost).Remove(0);
        Assert.Equal([0u], builder.Complete([0]));
        for (var node = 0u; node < 400; node++)
        {
            uint[] neighbors = [.. builder.Links.Of(node).ToArray().Select(entry => entry & NeighborList.NodeMask)];
            Assert.DoesNotContain(node, neighbors);
            Assert.Equal(neighbors.Length, neighbors.Distinct().Count());
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(200)]
    public void Vectors_of_the_largest_magnitude_are_indexed(int dimension)
    {
        var random = new SeededRandom(4);
        var rows = VectorSet.Of(300, dimension, (_, _) => (float)((2 * random.NextDouble()) - 1) * float.MaxValue);
        foreach (var metric in Enum.GetValues<Metric>())
        {
            using var build = new GraphIndexBuild(rows, metric, new GraphOptions());
            while (build.Advance(Graphs.Alone))
            {
            }

            using var index = new GraphIndex(build.Complete().ToMemory());
            Assert.Equal(10, rows.Find(index, rows[0].ToArray(), 10).Distinct().Count());
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static GraphIndexBuild NewBuild(VectorSet rows, out WeakReference owner)
    {
        var parts = Graphs.Build(rows, Metric.Euclid, new GraphOptions());
        owner = new WeakReference(parts.Owner);
        return new GraphIndexBuild(rows, Metric.Euclid, new GraphOptions(), CodeKind.SevenBits, new GraphSource(parts, Enumerable.Range(0, 500).ToArray()));
    }
}
