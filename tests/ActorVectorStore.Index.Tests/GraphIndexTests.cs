using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Index.Tests;

public sealed class GraphIndexTests
{
    private static readonly Metric[] Metrics = [Metric.Cosine, Metric.Dot, Metric.Euclid, Metric.Manhattan];
    private static readonly double[] Shares = [0.5, 0.1, 0.01, 0.001, 0];

    [Fact]
    public void Most_of_the_closest_are_found_whatever_dimension_size_metric_and_seed() => Gen
        .Select(Gen.Int[1, 200], Gen.Int[1, 3000], Gen.Int[1, 40], Gen.Int[0, 3].Select(i => Metrics[i]), Gen.Int[1, 2].Select(i => (CodeKind)i), Gen.ULong)
        .Sample(
            (dimension, count, clusters, metric, kind, seed) =>
            {
                var random = new SeededRandom(seed);
                var rows = VectorSet.Clustered(random, count, dimension, clusters);
                using var build = new GraphIndexBuild(rows, metric, new GraphOptions(M: 8, EfConstruct: 64, seed), kind);
                var parts = Graphs.Complete(build);
                Graphs.AssertInvariants(parts);
                using var index = new GraphIndex(parts);
                var recall = rows.RecallOf(index, metric, Queries(random, rows, 10), ef: 128);
                Assert.True(recall >= 0.9 || !build.IsSuitable, $"recall {recall}");
                Assert.True(build.IsSuitable || dimension <= 2, "Codes of more than two dimensions tell few vectors apart.");
            },
            iter: LongRuns.AreWanted ? 1000 : 25);

    [Theory]
    [InlineData(1, 100, false)]
    [InlineData(2, 3_000, true)]
    [InlineData(2, 60_000, false)]
    [InlineData(3, 60_000, true)]
    public void Vectors_of_one_or_two_dimensions_are_not_suitable_where_many_have_one_code_or_may(int dimension, int count, bool isSuitable)
    {
        using var build = new GraphIndexBuild(VectorSet.Uniform(new SeededRandom(1), count, dimension), Metric.Euclid, new GraphOptions(M: 8));
        Assert.Equal(isSuitable, build.IsSuitable);
    }

    [Fact]
    public void The_same_bytes_come_out_for_any_number_of_threads() => Gen
        .Select(Gen.Int[1, 40], Gen.Int[1, 4000], Gen.Int[0, 3].Select(i => Metrics[i]), Gen.ULong)
        .Sample(
            (dimension, count, metric, seed) =>
            {
                var rows = VectorSet.Clustered(new SeededRandom(seed), count, dimension, 7);
                var options = new GraphOptions(M: 6, EfConstruct: 40, seed);
                var alone = Graphs.BytesOf(Graphs.Build(rows, metric, options));
                Assert.Equal(alone, Graphs.BytesOf(Graphs.Build(rows, metric, options, Graphs.On(2))));
                Assert.Equal(alone, Graphs.BytesOf(Graphs.Build(rows, metric, options, Graphs.On(5))));
            },
            iter: 6);

    // Also with fewer vector instructions, as CI runs it: integers are exact at every width, and floats become integers one by one.
    [Theory]
    [InlineData(Metric.Cosine, 6300170502116441058UL)]
    [InlineData(Metric.Dot, 3564716625272539379UL)]
    [InlineData(Metric.Euclid, 1738942612660990088UL)]
    [InlineData(Metric.Manhattan, 17998033355017084148UL)]
    public void The_same_bytes_come_out_on_every_machine(Metric metric, ulong recorded)
    {
        var rows = VectorSet.Of(700, 40, (row, i) => (((row * 7919) + (i * 104_729) + (row * i * 13)) % 2003 / 100f) - 10 + (i == 3 ? row % 91 : 0));
        Assert.Equal(recorded, XxHash3.HashToUInt64(Graphs.BytesOf(Graphs.Build(rows, metric, new GraphOptions(M: 8, EfConstruct: 40, Seed: 5)))));
    }

    [Fact]
    public void Vectors_that_are_all_equal_are_all_reachable_and_found()
    {
        foreach (var metric in Metrics)
        {
            var rows = VectorSet.Of(3000, 20, (_, i) => i + 1);
            var parts = Graphs.Build(rows, metric, new GraphOptions(M: 4, EfConstruct: 20));
            Graphs.AssertInvariants(parts);
            using var index = new GraphIndex(parts);
            Assert.Equal(50, rows.Find(index, rows[0].ToArray(), 50).Distinct().Count());
            Assert.Equal([2999], rows.Find(index, rows[0].ToArray(), 50, row => row == 2999));
        }
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.Euclid)]
    [InlineData(Metric.Manhattan)]
    public void Duplicates_do_not_hide_what_else_is_there(Metric metric)
    {
        var random = new SeededRandom(5);
        var distinct = VectorSet.Uniform(random, 40, 12);
        var rows = VectorSet.Of(4000, 12, (row, i) => distinct[row % 40][i]);
        var parts = Graphs.Build(rows, metric, new GraphOptions(M: 8, EfConstruct: 64));
        Graphs.AssertInvariants(parts);
        using var index = new GraphIndex(parts);
        Assert.True(rows.RecallOf(index, metric, Queries(random, rows, 40), ef: 100) > 0.95);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void Few_vectors_are_all_found(int count)
    {
        var rows = VectorSet.Uniform(new SeededRandom(1), count, 5);
        var parts = Graphs.Build(rows, Metric.Euclid, new GraphOptions());
        Graphs.AssertInvariants(parts);
        using var index = new GraphIndex(parts);
        Assert.Equal(count, rows.Find(index, rows[0].ToArray(), 30).Distinct().Count());
    }

    [Fact]
    public void An_image_keeps_the_memory_of_a_build_that_nobody_keeps()
    {
        var rows = VectorSet.Uniform(new SeededRandom(13), 2000, 16);
        var image = Forgotten(rows);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(Graphs.BytesOf(Graphs.Build(rows, Metric.Euclid, new GraphOptions())), Graphs.BytesOf(image.ToMemory()));
    }

    [Fact]
    public void An_index_of_nothing_finds_nothing()
    {
        using var index = new GraphIndex(Graphs.Build(VectorSet.Of(0, 5, (_, _) => 0), Metric.Euclid, new GraphOptions()));
        Assert.Equal(0, index.Search([1, 2, 3, 4, 5], 10, default, 10, new int[20], out _));
    }

    [Fact]
    public void One_dominant_dimension_does_not_blur_the_others()
    {
        var random = new SeededRandom(3);
        var noise = VectorSet.Uniform(random, 3000, 64);
        var rows = VectorSet.Of(3000, 64, (row, i) => i == 7 ? 500 * noise[row][i] : noise[row][i]);
        foreach (var metric in Metrics)
        {
            using var index = new GraphIndex(Graphs.Build(rows, metric, new GraphOptions(M: 16, EfConstruct: 100)));
            Assert.True(rows.RecallOf(index, metric, Queries(random, rows, 30), ef: 200) > 0.9, $"{metric}");
        }
    }

    [Fact]
    public void Vectors_without_a_direction_hide_nothing_and_are_found_where_nothing_is_closer()
    {
        var random = new SeededRandom(6);
        var noise = VectorSet.Uniform(random, 3000, 32);
        var rows = VectorSet.Of(3000, 32, (row, i) => row % 3 == 0 ? 0 : row % 3 == 1 ? noise[row][i] : Math.Abs(noise[row][i]));
        var parts = Graphs.Build(rows, Metric.Cosine, new GraphOptions(M: 16, EfConstruct: 100));
        Graphs.AssertInvariants(parts);
        using var index = new GraphIndex(parts);
        Assert.True(rows.RecallOf(index, Metric.Cosine, Queries(random, rows, 30), ef: 150) > 0.9);
        Assert.Equal(1, rows.RecallOf(index, Metric.Cosine, [.. Queries(random, rows, 30).Select(query => Array.ConvertAll(query, x => -Math.Abs(x)))], ef: 900, wanted: 900, row => row % 3 != 1));
        Assert.Equal(1, rows.RecallOf(index, Metric.Cosine, Queries(random, rows, 3), ef: 10, wanted: 5, row => row % 300 == 0));
    }

    [Fact]
    public void Vectors_whose_order_codes_do_not_keep_are_told()
    {
        var random = new SeededRandom(8);
        var noise = VectorSet.Uniform(random, 2000, 16);
        using var even = new GraphIndexBuild(noise, Metric.Euclid, new GraphOptions());
        Assert.True(even.IsSuitable);
        using var uneven = new GraphIndexBuild(VectorSet.Of(2000, 16, (row, i) => noise[row][i] * MathF.Pow(10, row % 37)), Metric.Euclid, new GraphOptions());
        Assert.False(uneven.IsSuitable);
        using var directions = new GraphIndexBuild(VectorSet.Of(2000, 16, (row, i) => noise[row][i] * MathF.Pow(10, (row % 60) - 30)), Metric.Cosine, new GraphOptions());
        Assert.True(directions.IsSuitable);
    }

    [Fact]
    public void Half_codes_are_kept_where_they_suffice()
    {
        var random = new SeededRandom(11);
        using var clear = new GraphIndexBuild(VectorSet.Clustered(random, 2000, 64, 400, spread: 0.1f), Metric.Euclid, new GraphOptions(), CodeKind.FourBits);
        Assert.Equal(CodeKind.FourBits, clear.Kind);
        var noise = VectorSet.Uniform(random, 2000, 1);
        using var blurred = new GraphIndexBuild(noise, Metric.Euclid, new GraphOptions(), CodeKind.FourBits);
        Assert.Equal(CodeKind.SevenBits, blurred.Kind);
    }

    [Fact]
    public void Vectors_of_65536_dimensions_are_found()
    {
        var random = new SeededRandom(4);
        var rows = VectorSet.Clustered(random, 60, 65_536, 6);
        using var index = new GraphIndex(Graphs.Build(rows, Metric.Euclid, new GraphOptions(M: 4, EfConstruct: 20)));
        Assert.True(rows.RecallOf(index, Metric.Euclid, Queries(random, rows, 5), ef: 20, wanted: 5) > 0.9);
    }

    [Fact]
    public void A_filter_of_any_kind_hides_nothing_that_passes_it() => Gen
        .Select(Gen.Int[0, 4].Select(i => Shares[i]), Gen.Int[0, 2].Select(i => (FilterShape)i), Gen.Int[0, 3].Select(i => Metrics[i]), Gen.ULong)
        .Sample(
            (share, shape, metric, seed) =>
            {
                var random = new SeededRandom(seed);
                var rows = VectorSet.Clustered(random, 4000, 24, 20);
                using var index = new GraphIndex(Graphs.Build(rows, metric, new GraphOptions(M: 16, EfConstruct: 100, seed)), EagerToWalk);
                foreach (var query in Queries(random, rows, 5))
                {
                    var passing = Passing(rows, metric, query, share, shape, random);
                    var recall = rows.RecallOf(index, metric, [query], ef: 100, wanted: 10, passing.Contains);
                    Assert.True(recall >= 0.8, $"recall {recall}");
                }
            },
            iter: LongRuns.AreWanted ? 2000 : 25);

    [Fact]
    public void A_filter_that_all_pass_changes_nothing_of_what_is_found()
    {
        var random = new SeededRandom(14);
        var rows = VectorSet.Clustered(random, 4000, 24, 20);
        using var index = new GraphIndex(Graphs.Build(rows, Metric.Euclid, new GraphOptions()), EagerToWalk);
        var all = Enumerable.Range(0, (rows.Count + 63) / 64).Select(word => (word + 1) * 64 <= rows.Count ? ulong.MaxValue : (1UL << (rows.Count % 64)) - 1).ToArray();
        var (unfiltered, filtered) = (new int[40], new int[40]);
        foreach (var query in Queries(random, rows, 60))
        {
            var found = index.Search(query, 30, default, 20, unfiltered, out _);
            Assert.Equal(found, index.Search(query, 30, new PassingVectors(all, rows.Count), 20, filtered, out var way));
            Assert.Equal(SearchWay.Sweep, way);
            Assert.Equal(unfiltered[..found], filtered[..found]);
        }
    }

    // So dear is a scan here that walks are tried wherever they can be.
    [Fact]
    public void A_bound_leaves_out_what_is_beyond_it_and_ends_no_walk_before_it_has_found_what_is_not()
    {
        var random = new SeededRandom(12);
        var rows = VectorSet.Uniform(random, 3000, 40);
        using var index = new GraphIndex(Graphs.Build(rows, Metric.Euclid, new GraphOptions(M: 8, EfConstruct: 60)), EagerToWalk);
        var (unbound, bound) = (new int[200], new int[200]);
        var (all, kept) = (0, 0);
        foreach (var query in Queries(random, rows, 60))
        {
            var closest = unbound[..index.Search(query, 200, default, 100, unbound, out _)];
            Array.Sort(Array.ConvertAll(closest, row => rows.Cost(Metric.Euclid, query, row)), closest);
            var limit = (float)Math.Sqrt(rows.Cost(Metric.Euclid, query, closest[4]));
            var count = index.Search(query, 200, default, 100, bound, out var way, limit);
            Assert.Equal(SearchWay.Sweep, way);
            Assert.InRange(count, 5, 90);
            kept += closest[..5].Intersect(bound[..count]).Count();
            all += 5;
        }

        Assert.InRange(kept, all - 2, all);
    }

    private static readonly WalkCosts EagerToWalk = new(ScannedRow: 200, ScannedLine: 100, WalkedRow: 1, WalkedLine: 1, ExpandedNode: 1, AskedNode: 0.1);

    public enum FilterShape
    {
        Random,
        Near,
        Far,
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GraphImage Forgotten(VectorSet rows)
    {
        var build = new GraphIndexBuild(rows, Metric.Euclid, new GraphOptions());
        while (build.Advance(Graphs.Alone))
        {
        }

        return build.Complete();
    }

    private static HashSet<int> Passing(VectorSet rows, Metric metric, float[] query, double share, FilterShape shape, SeededRandom random)
    {
        var count = (int)(rows.Count * share);
        if (shape == FilterShape.Random)
            return [.. Enumerable.Range(0, rows.Count).Where(_ => random.Chance(share))];
        var byCost = rows.Closest(metric, query, rows.Count);
        return [.. shape == FilterShape.Near ? byCost[..count] : byCost[^count..]];
    }

    private static IEnumerable<float[]> Queries(SeededRandom random, VectorSet rows, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var query = rows[random.Next(rows.Count)].ToArray();
            foreach (ref var component in query.AsSpan())
                component += 0.1f * (float)(random.NextDouble() - 0.5) * component;
            yield return query;
        }
    }
}
