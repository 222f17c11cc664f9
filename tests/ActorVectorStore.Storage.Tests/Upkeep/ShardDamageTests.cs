using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using static ActorVectorStore.Storage.Tests.ShardUpkeepTests;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Damage to the files of a shard is told by what touches it, stops nothing else, and never changes an answer.</summary>
public sealed class ShardDamageTests
{
    private const int Dimension = 256;
    private const int Rows = 400;

    private static readonly CollectionSchema Schema = Shards.Schema(Dimension);

    [Fact]
    public void A_damaged_block_of_vectors_fails_the_reads_that_touch_it_and_nothing_else()
    {
        var (disk, manifest) = NewShard();
        disk.FlipBit(SegmentOf(disk), PlaceOf(disk, SealedSectionKind.Vectors) + (3 * SealedSegmentFormat.BlockBytes) + 7, 2);
        using var store = Open(disk, manifest);
        using var view = store.OpenView();
        Assert.Throws<CorruptionException>(() => view.Search(Query(5)));
        Assert.Equal(Rows, view.Scroll(new ScrollRequest { Limit = 1_000 }).Points.Count);
        Assert.Equal(Rows, view.CountMatching(Filter.AllOf(Filter.Field("n").AtLeast(0))));
        var (whole, damaged) = Each(id => view.Get([id], PointFields.All));
        Assert.Equal(SealedSegmentFormat.BlockBytes / (Dimension * sizeof(float)), damaged.Count);
        Assert.Equal(Rows, whole.Count + damaged.Count);
        AssertGoesOn(store, damaged);
    }

    [Fact]
    public void A_damaged_block_of_payloads_fails_the_reads_that_touch_it_and_nothing_else()
    {
        var (disk, manifest) = NewShard();
        disk.FlipBit(SegmentOf(disk), PlaceOf(disk, SealedSectionKind.PayloadBlocks) + 100, 5);
        using var store = Open(disk, manifest);
        using var view = store.OpenView();
        Assert.Equal(Rows, view.Search(Query(Rows) with { Fields = PointFields.Vector }).Count);
        Assert.Equal(Rows, view.Scroll(new ScrollRequest { Limit = 1_000, Fields = PointFields.Vector }).Points.Count);
        Assert.Throws<CorruptionException>(() => view.CountMatching(Filter.AllOf(Filter.Field("n").AtLeast(0))));
        var (whole, damaged) = Each(id => view.Get([id], PointFields.Payload));
        Assert.True(damaged.Count > 0 && whole.Count > 0, $"{damaged.Count} damaged, {whole.Count} whole: the damage has no bounds.");
        AssertGoesOn(store, damaged);
    }

    [Fact]
    public void Damaged_ids_refuse_an_event_as_a_whole_and_the_shard_goes_on()
    {
        var (disk, manifest) = NewShard();
        var place = PlaceOf(disk, SealedSectionKind.NumberIds);
        disk.FlipBit(SegmentOf(disk), place + 1_000, 0);
        using var store = Open(disk, manifest);
        Assert.Throws<CorruptionException>(() => store.Apply(2, [new UpsertPoints([PointOf(1_000), PointOf(200)])]));
        Assert.Equal((1, Rows, true), (store.AppliedIndex, store.Count, store.IsWhole));
        Assert.ThrowsAny<IOException>(() => Shards.Digest(store));
        store.Apply(2, []);
        Assert.Equal(2, store.AppliedIndex);
    }

    [Fact]
    public void Damaged_lengths_change_no_answer_and_a_compaction_mends_them()
    {
        var (disk, manifest) = NewShard();
        using var whole = Open(disk.Clone(), manifest);
        disk.FlipBit(SegmentOf(disk), PlaceOf(disk, SealedSectionKind.InverseNorms) + 40, 1);
        using var store = Open(disk, manifest);
        Assert.Null(store.BeginCompaction());
        Assert.Equal(Hits(whole), Hits(store));
        var work = store.BeginCompaction();
        Assert.Equal(1, work?.SourceCount);
        work!.Run();
        store.Complete(work);
        Assert.Equal(Hits(whole), Hits(store));
        Assert.Null(store.BeginCompaction());
        manifest = store.Checkpoint()!;
        using var file = SealedSegment.Open(disk, SegmentOf(disk), new PayloadBlockCache(1));
        Assert.Empty(file.Scrub(null, CancellationToken.None));
        using var reopened = Open(disk, manifest);
        Assert.Equal(Hits(whole), Hits(reopened));
        Assert.Equal(Shards.Digest(whole), Shards.Digest(reopened));
    }

    [Fact]
    public void Damage_is_told_of_a_derived_section_once_and_of_other_blocks_whenever_they_are_touched()
    {
        var (disk, manifest) = NewShard();
        disk.FlipBit(SegmentOf(disk), PlaceOf(disk, SealedSectionKind.InverseNorms) + 40, 1);
        disk.FlipBit(SegmentOf(disk), PlaceOf(disk, SealedSectionKind.PayloadBlocks) + 100, 5);
        var told = new List<ShardDamage>();
        using var store = ShardStore.Open(Schema, Shards.Place(disk) with { OnDamage = told.Add }, null, manifest, "manifest");
        Assert.Empty(told);
        Assert.Equal(0, store.Statistics.DamagedSections);
        Assert.Equal(Hits(store), Hits(store));
        Assert.Equal((SegmentOf(disk), "InverseNorms/0", true), (Assert.Single(told).File, told[0].Section, told[0].IsDerived));
        Assert.Equal(1, store.Statistics.DamagedSections);
        using var view = store.OpenView();
        for (var touches = 1; touches <= 3; touches++)
        {
            Assert.Throws<CorruptionException>(() => view.Get([PointId.FromNumber(0)], PointFields.Payload));
            Assert.Equal(Enumerable.Repeat("PayloadBlocks/0", touches), told.Skip(1).Select(damage => damage.Section));
        }

        Assert.All(told.Skip(1), damage => Assert.False(damage.IsDerived));
        Assert.Equal(1, store.Statistics.DamagedSections);
    }

    [Fact]
    public void A_rewrite_says_how_many_damaged_sections_it_mended()
    {
        var (disk, manifest) = NewShard();
        disk.FlipBit(SegmentOf(disk), PlaceOf(disk, SealedSectionKind.InverseNorms) + 40, 1);
        using var store = Open(disk, manifest);
        Hits(store);
        var work = store.BeginCompaction()!;
        work.Run();
        store.Complete(work);
        Assert.Equal((1, 0), (work.MendedSections, store.Statistics.DamagedSections));
        Assert.NotNull(store.BeginCheckpoint());
    }

    [Fact]
    public void No_flipped_bit_in_any_file_changes_an_answer()
    {
        using var life = NewLife();
        Flush(life, 1, 40);
        life.Apply(Delete(4, 5));
        Flush(life, 30, 20);
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        var (answered, refused) = (0, 0);
        foreach (var name in life.Files)
        {
            var path = Path.Combine("shard", name);
            var length = life.Disk.ReadWhole(path).Length;
            for (var at = 0; at < length; at += LongRuns.AreWanted || name.EndsWith(".del", StringComparison.Ordinal) ? 1 : 37)
            {
                var rotten = life.Disk.Clone();
                rotten.FlipBit(path, at, at % 8);
                try
                {
                    using var store = ShardStore.Open(life.Store.Schema, Shards.Place(rotten), null, life.Manifest, "manifest");
                    using var view = store.OpenView();
                    life.History.AssertSame(view);
                    answered++;
                }
                catch (CorruptionException e)
                {
                    Assert.Equal(path, e.File);
                    refused++;
                }
            }
        }

        Assert.True(answered > 10 && refused > 10, $"{answered} answered, {refused} refused: one of them was hardly looked at.");
    }

    [Fact]
    public void Files_that_are_missing_cut_or_exchanged_are_told_when_the_shard_is_opened()
    {
        using var life = NewLife();
        Flush(life, 1, 40);
        Flush(life, 50, 40);
        life.Apply(Delete(1, 3), Delete(60, 3));
        life.Upkeep(everything: false);
        var paths = life.Files.Select(name => Path.Combine("shard", name)).ToArray();
        Assert.Equal(4, paths.Length);
        foreach (var path in paths)
        {
            var bytes = life.Disk.ReadWhole(path);
            AssertRefused(path, disk => disk.DeleteFile(path));
            AssertRefused(path, disk => disk.WriteWholeDurably(path, bytes.AsSpan(0, bytes.Length - 1)));
            AssertRefused(path, disk => disk.WriteWholeDurably(path, [.. bytes, 0]));
            AssertRefused(path, disk => disk.WriteWholeDurably(path, []));
            foreach (var other in paths.Where(other => other != path))
                AssertRefused(path, disk => disk.WriteWholeDurably(path, life.Disk.ReadWhole(other)));
        }

        AssertRefused(null, disk => ShardStore.Erase(Shards.Place(disk)));

        void AssertRefused(string? path, Action<SimulatedFileSystem> harm)
        {
            var disk = life.Disk.Clone();
            harm(disk);
            var error = Assert.Throws<CorruptionException>(() => ShardStore.Open(life.Store.Schema, Shards.Place(disk), null, life.Manifest, "manifest"));
            Assert.True(path is null || path == error.File, error.Message);
        }
    }

    [Fact]
    public void A_segment_of_another_dimension_than_the_manifest_says_is_refused()
    {
        var (disk, manifest) = NewShard();
        var other = ShardManifestFormat.Write(ShardManifestFormat.Read(manifest, "manifest") with { Vectors = Shards.Schema(Dimension + 1).Vectors });
        Assert.Throws<CorruptionException>(() => ShardStore.Open(Schema, Shards.Place(disk), null, other, "manifest"));
        var error = Assert.Throws<CorruptionException>(() => ShardStore.Open(Shards.Schema(Dimension + 1), Shards.Place(disk), null, other, "manifest"));
        Assert.Equal(SegmentOf(disk), error.File);
    }

    // A shard of one segment on disk, with several blocks of vectors and of payloads.
    private static (SimulatedFileSystem Disk, byte[] Manifest) NewShard()
    {
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(Schema, disk: disk);
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, Rows).Select(PointOf)])]);
        return (disk, store.Flush().Checkpoint()!);
    }

    private static Point PointOf(int n)
    {
        var random = new SeededRandom((ulong)n);
        var vector = new float[Dimension];
        for (var i = 0; i < Dimension; i++)
            vector[i] = (float)random.NextDouble() - 0.5f;
        return new Point(PointId.FromNumber((ulong)n), vector, Payload.Parse($"{{\"n\":{n},\"text\":\"{Convert.ToHexString(random.Bytes(200))}\"}}"));
    }

    private static ShardStore Open(SimulatedFileSystem disk, byte[] manifest) => ShardStore.Open(Schema, Shards.Place(disk), null, manifest, "manifest");

    private static SearchRequest Query(int limit) => new() { Vector = PointOf(Rows + 1).Vector, Limit = limit, Fields = PointFields.None };

    private static (PointId Id, float Score)[] Hits(ShardStore store)
    {
        using var view = store.OpenView();
        return [.. view.Search(Query(Rows)).Select(hit => (hit.Id, hit.Score))];
    }

    private static (List<PointId> Whole, List<PointId> Damaged) Each(Func<PointId, IReadOnlyList<PointRecord>> read)
    {
        var (whole, damaged) = (new List<PointId>(), new List<PointId>());
        for (var n = 0; n < Rows; n++)
        {
            var id = PointId.FromNumber((ulong)n);
            try
            {
                var record = Assert.Single(read(id));
                Assert.Equal(id, record.Id);
                Assert.True(record.Vector is null || record.Vector.Value.Span.SequenceEqual(PointOf(n).Vector.Span));
                Assert.True(record.Payload is null || record.Payload.Equals(PointOf(n).Payload));
                whole.Add(id);
            }
            catch (CorruptionException)
            {
                damaged.Add(id);
            }
        }

        return (whole, damaged);
    }

    // Writes, flushes and checkpoints go on; a compaction is abandoned until what is damaged is deleted and written anew.
    private static void AssertGoesOn(ShardStore store, List<PointId> damaged)
    {
        var replaced = damaged.ConvertAll(id => PointOf((int)id.Number));
        store.Apply(2, [new UpsertPoints(replaced[1..])]);
        Assert.NotNull(store.Flush().Checkpoint());
        var work = store.BeginCompaction(everything: true)!;
        Assert.Throws<CorruptionException>(() => work.Run());
        store.Abandon(work);
        store.Apply(3, [new UpsertPoints(replaced[..1])]);
        Assert.NotNull(store.Flush().Compact().Checkpoint());
        Assert.Equal(Rows, Hits(store).Length);
        using var mended = Shards.Of(Schema, [.. Enumerable.Range(0, Rows).Select(PointOf)]);
        Assert.Equal(Hits(mended), Hits(store));
    }

    private static string SegmentOf(SimulatedFileSystem disk) =>
        Path.Combine("shard", disk.ListFiles("shard").Single(name => name.EndsWith(".seg", StringComparison.Ordinal)));

    private static long PlaceOf(SimulatedFileSystem disk, SealedSectionKind kind)
    {
        using var segment = SealedSegment.Open(disk, SegmentOf(disk), new PayloadBlockCache(1));
        return segment.Sections.Single(section => section.Key.Kind == kind).Offset;
    }
}
