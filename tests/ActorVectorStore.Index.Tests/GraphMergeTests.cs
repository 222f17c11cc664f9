using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Index.Tests;

public sealed class GraphMergeTests
{
    private static readonly GraphOptions Options = new(M: 8, EfConstruct: 64);

    [Fact]
    public void Merged_graphs_find_as_much_as_one_that_was_built_at_once() => Gen
        .Select(Gen.Int[1, 4].SelectMany(parts => Gen.Int[1, 1500].Array[parts]), Gen.Double[0, 0.4], Gen.Int[0, 3].Select(i => (Metric)i), Gen.ULong)
        .Sample(AssertMergedFindsMost, iter: LongRuns.AreWanted ? 500 : 10);

    // By chance no entry node lies in one of the nine clusters, and walks from others did not come to a part of it.
    [Fact]
    public void A_cluster_without_an_entry_node_is_found_whole() => AssertMergedFindsMost([1454, 1055, 858, 978], 0, Metric.Cosine, 190_479_526);

    private static void AssertMergedFindsMost(int[] sizes, double goneShare, Metric metric, ulong seed)
    {
        var random = new SeededRandom(seed);
        var all = VectorSet.Clustered(random, sizes.Sum(), 16, 9);
        var left = Enumerable.Range(0, all.Count).Where(_ => !random.Chance(goneShare)).ToArray();
        var rows = all.Select(left);
        var newNumbers = Enumerable.Repeat(GraphSource.Gone, all.Count).ToArray();
        for (var i = 0; i < left.Length; i++)
            newNumbers[left[i]] = i;
        var sources = new List<GraphSource>();
        for (var (first, part) = (0, 0); part < sizes.Length; first += sizes[part++])
        {
            var numbers = newNumbers.AsMemory(first, sizes[part]);
            sources.Add(new GraphSource(Graphs.Build(all.Select(Enumerable.Range(first, sizes[part])), metric, Options), numbers));
        }

        var merged = Graphs.Build(rows, metric, Options, Graphs.Alone, sources: sources);
        Graphs.AssertInvariants(merged);
        Assert.Equal(Graphs.BytesOf(merged), Graphs.BytesOf(Graphs.Build(rows, metric, Options, Graphs.On(3), sources: sources)));
        if (rows.Count == 0)
            return;
        using var index = new GraphIndex(merged);
        var queries = Enumerable.Range(0, 10).Select(_ => rows[random.Next(rows.Count)].ToArray()).ToArray();
        var recall = rows.RecallOf(index, metric, queries, ef: 100);
        Assert.True(recall > 0.9, $"recall {recall}");
    }
}
