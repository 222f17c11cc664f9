using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Answers through the inverted index against those of comparing every row: the same to the last bit.</summary>
public sealed class SparseScanTests
{
    private const int Rows = 20_000;

    private static readonly Filter Third = Filter.AllOf(Filter.Field("n").Is(1));

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.3)]
    [InlineData(3, 1.0)]
    public void Rows_and_scores_are_to_the_last_bit_those_of_comparing_every_row(ulong seed, double negative)
    {
        var random = new SeededRandom(seed);
        using var memory = NewStore(random, negative);
        using var disk = NewStore(new SeededRandom(seed), negative).Flush();
        foreach (var store in new[] { memory, disk })
            store.Apply(2, [new DeletePoints([.. Enumerable.Range(0, 700).Select(n => PointId.FromNumber((ulong)n * 17))])]);
        using var scanned = memory.OpenView();
        using var indexed = disk.OpenView();
        var queries = Enumerable.Range(0, LongRuns.AreWanted ? 500 : 60).Select(_ =>
        {
            var query = SparseSamples.Nearest(SparseSamples.Vector(random, 20, 600, negative / 2), random.Next(3) switch { 0 => 1, 1 => 10, _ => 300 });
            return query with
            {
                Filter = random.Chance(0.3) ? Third : null,
                ScoreThreshold = random.Chance(0.3) ? (float)(random.NextDouble() - 0.5) : null,
                Excluded = random.Chance(0.3) ? Enumerable.Range(0, 50).Select(_ => PointId.FromNumber((ulong)random.Next(Rows))).ToHashSet() : new HashSet<PointId>(),
            };
        }).ToArray();
        AssertSame(scanned.Rank(queries), indexed.Rank(queries));
        Assert.All(queries, query => AssertSame(scanned.Rank([query]), indexed.Rank([query])));
    }

    [Fact]
    public void Few_rows_that_an_index_finds_are_compared_one_by_one_and_many_through_the_lists_with_the_same_answer()
    {
        var random = new SeededRandom(7);
        using var store = NewStore(random, 0.2);
        var queries = Enumerable.Range(0, 40).Select(n => SparseSamples.Nearest(SparseSamples.Vector(random, 20, 600, 0.1), 10) with
        {
            Filter = n % 2 == 0 ? Third : Filter.AllOf(Filter.Field("rare").Is(1)),
        }).ToArray();
        using var before = store.OpenView();
        var expected = before.Rank(queries);
        store.Apply(2, [.. new[] { "n", "rare" }.Select(path => new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse(path), PayloadIndexKind.Integer)))]);
        using var after = store.Flush().OpenView();
        AssertSame(expected, after.Rank(queries));
    }

    [Fact]
    public void Extreme_weights_are_found_in_the_order_of_comparing_every_row() => Gen.Select(
        Gen.Select(Gen.UInt[0, 6].HashSet[0, 5], Gen.OneOf(float.MaxValue, float.MinValue, 1e30f, -1e30f, 1, 0, -0f, 1e-30f, float.Epsilon, -float.Epsilon).Array[5]).Array[1, 30],
        Gen.OneOf(1, 3, 100)).Sample(
        (vectors, limit) =>
        {
            SparseVector Of(HashSet<uint> indices, float[] values) => new(indices.ToArray(), values.AsMemory(0, indices.Count));
            using var store = Shards.Empty(SparseSamples.Schema);
            store.Apply(1, [new UpsertPoints([.. vectors.Select((vector, n) => SparseSamples.Point((ulong)n, Of(vector.Item1, vector.Item2)))])]);
            RowQuery[] queries = [.. vectors.Take(5).Select(vector => SparseSamples.Nearest(Of(vector.Item1, vector.Item2), limit))];
            using var memory = store.OpenView();
            var expected = memory.Rank(queries);
            Assert.All(expected.SelectMany(rows => rows), row => Assert.True(float.IsFinite(row.Score)));
            using var disk = store.Flush().OpenView();
            AssertSame(expected, disk.Rank(queries));
        },
        iter: 300);

    [Fact]
    public void Rows_that_have_no_index_in_common_are_not_found_and_those_whose_products_are_zero_are()
    {
        using var store = Shards.Empty(SparseSamples.Schema);
        SparseVector?[] vectors = [null, new(default, default), new(new uint[] { 1 }, new float[] { 0 }), new(new uint[] { 2 }, new float[] { 5 }), new(new uint[] { 1, 3 }, new float[] { -1, 1 })];
        store.Apply(1, [new UpsertPoints([.. vectors.Select((vector, n) => SparseSamples.Point((ulong)n, vector))])]);
        for (var round = 0; round < 2; round++)
        {
            using var view = store.OpenView();
            var rows = view.Rank([SparseSamples.Nearest(new SparseVector(new uint[] { 1, 3, 9 }, new float[] { 2, 2, 2 }), 10)])[0];
            Assert.Equal([(2UL, 0), (4UL, 0)], rows.Select(row => (row.Id.Number, BitConverter.SingleToInt32Bits(row.Score))));
            Assert.Empty(view.Rank([SparseSamples.Nearest(new SparseVector(default, default), 10)])[0]);
            store.Flush();
        }
    }

    [Fact]
    public void Damage_at_any_block_of_the_index_is_told_changes_no_answer_and_is_mended_by_a_compaction()
    {
        var disk = new SimulatedFileSystem(1);
        var random = new SeededRandom(9);
        var queries = Enumerable.Range(0, 10).Select(_ => SparseSamples.Nearest(SparseSamples.Vector(random, 30, 600, 0.2), 50)).ToArray();
        byte[] manifest;
        using (var store = NewStore(random, 0.2, disk))
            manifest = store.Flush().Checkpoint()!;
        var name = Path.Combine("shard", disk.ListFiles("shard").Single(file => file.EndsWith(".seg", StringComparison.Ordinal)));
        using var whole = Open(disk, manifest);
        Assert.Null(whole.BeginCompaction());
        using var wholeView = whole.OpenView();
        var expected = wholeView.Rank(queries);
        SectionEntry section;
        using (var segment = SealedSegment.Open(disk, name, new PayloadBlockCache(1)))
            section = segment.Sections.Single(entry => entry.Key == new SectionKey(SealedSectionKind.SparseIndex));
        Assert.True(section.BlockCount > 10);
        for (var block = 0; block < section.BlockCount; block++)
        {
            var rotten = disk.Clone();
            rotten.FlipBit(name, section.BlockOffset(block) + (section.BlockLength(block) / 2), 3);
            using var store = Open(rotten, manifest);
            using (var view = store.OpenView())
                AssertSame(expected, view.Rank(queries));
            if (store.BeginCompaction() is not { } work)
                continue;
            Assert.Equal(1, work.MendedSections);
            if (block + 1 < section.BlockCount)
            {
                store.Abandon(work);
                continue;
            }

            work.Run();
            store.Complete(work);
            using var mended = store.OpenView();
            AssertSame(expected, mended.Rank(queries));
            Assert.Null(store.BeginCompaction());
        }
    }

    [Fact]
    public void Rows_that_do_not_ascend_behind_right_checksums_are_told_as_damage_and_all_rows_are_found()
    {
        var disk = new SimulatedFileSystem(1);
        byte[] manifest;
        using (var store = Shards.Empty(SparseSamples.Schema, disk: disk))
        {
            store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, 10_000).Select(n => SparseSamples.Point((ulong)n, new SparseVector(new uint[] { 3 }, new float[] { n })))])]);
            manifest = store.Flush().Checkpoint()!;
        }

        var name = Path.Combine("shard", disk.ListFiles("shard").Single(file => file.EndsWith(".seg", StringComparison.Ordinal)));
        var query = SparseSamples.Nearest(new SparseVector(new uint[] { 3 }, new float[] { 1 }), 20_000);

        // The rows of the first block, one in its middle and one in a later window; a row that there is not.
        foreach (var (offset, row) in new[] { (4L, 0u), (400L, 5_000u), (9L * 1_024 * 8, 1u), (9L * 1_024 * 8, 10_000u), (9L * 1_024 * 8, uint.MaxValue) })
        {
            var forged = disk.Clone();
            forged.Forge(name, new SectionKey(SealedSectionKind.SparseIndex), offset, BitConverter.GetBytes(row));
            using var store = Open(forged, manifest);
            using var view = store.OpenView();
            Assert.Equal(Enumerable.Range(0, 10_000).Reverse(), view.Rank([query])[0].Select(hit => (int)hit.Id.Number));
            Assert.NotNull(store.BeginCompaction());
        }
    }

    private static void AssertSame(IReadOnlyList<RankedRow>[] expected, IReadOnlyList<RankedRow>[] found) => Assert.Equal(
        expected.Select(rows => rows.Select(row => (row.Id, BitConverter.SingleToInt32Bits(row.Score)))), found.Select(rows => rows.Select(row => (row.Id, BitConverter.SingleToInt32Bits(row.Score)))));

    private static ShardStore NewStore(SeededRandom random, double negative, SimulatedFileSystem? disk = null)
    {
        var store = Shards.Empty(SparseSamples.Schema, disk: disk);
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, Rows).Select(n => SparseSamples.Point(
            (ulong)n, random.Chance(0.05) ? null : SparseSamples.Vector(random, 12, 500, negative), $$"""{"n":{{n % 3}},"rare":{{n % 997}}}"""))])]);
        return store;
    }

    private static ShardStore Open(SimulatedFileSystem disk, byte[] manifest) => ShardStore.Open(SparseSamples.Schema, Shards.Place(disk), null, manifest, "manifest");
}
