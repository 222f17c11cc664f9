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
}
