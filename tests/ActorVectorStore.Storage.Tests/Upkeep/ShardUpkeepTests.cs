using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Orders of steps that random lives meet too rarely, and what the owner must not do.</summary>
public sealed class ShardUpkeepTests
{
    [Fact]
    public void A_compaction_that_ends_while_a_checkpoint_is_saved_makes_another_one_due()
    {
        using var life = NewLife();
        Flush(life, 1, 10);
        Flush(life, 11, 10);
        life.BeginCheckpoint();
        life.BeginCompaction(everything: true);
        life.CompleteCompaction();
        life.CompleteCheckpoint();
        Assert.True(life.Store.IsCheckpointDue);
        life.Settle();
        Assert.Single(life.Files);
    }

    [Fact]
    public void A_checkpoint_lets_the_files_of_a_shard_go_that_has_no_point_any_more()
    {
        using var life = NewLife();
        Flush(life, 1, 10);
        life.Apply(Delete(1, 10));
        life.BeginFlush();
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        life.BeginCompaction(everything: true);
        life.CompleteCompaction();
        Assert.True(life.Store.IsCheckpointDue);
        life.Settle();
        Assert.Empty(life.Files);
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        Assert.Equal((2, 0), (life.Store.AppliedIndex, life.Store.Count));
    }

    [Fact]
    public void Deletions_that_a_lost_checkpoint_and_the_next_one_write_under_one_name_stay()
    {
        using var life = NewLife();
        Flush(life, 1, 10);
        life.Upkeep(everything: false);
        life.Apply(Delete(3, 2));
        life.BeginFlush();
        life.BeginCheckpoint();
        life.RunCheckpoint();
        life.Reopen(life.Disk.Crash(CrashKeeps.All), upkeep: 1_000);
        Assert.Single(life.Files, name => name.EndsWith(".seg", StringComparison.Ordinal));
        life.Settle();
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        life.AssertNewest();
    }

    [Fact]
    public void What_the_saved_manifest_names_stays_though_it_was_compacted_away_before_leftovers_are_removed()
    {
        using var life = NewLife();
        Flush(life, 1, 10);
        Flush(life, 11, 10);
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        var named = life.NamedFiles;
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        life.BeginCompaction(everything: true);
        life.CompleteCompaction();
        life.Store.RemoveUnreferencedFiles();
        life.Store.DeleteUnusedFiles();
        Assert.Subset(life.Files.ToHashSet(), named.ToHashSet());
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        life.AssertNewest();
    }

    [Fact]
    public void A_file_that_an_open_view_reads_goes_only_after_the_view()
    {
        using var life = NewLife();
        Flush(life, 1, 10);
        life.Upkeep(everything: true);
        life.OpenView();
        var read = life.Files.Single();
        life.Apply(Delete(1, 9));
        life.Upkeep(everything: true);
        Assert.DoesNotContain(read, life.NamedFiles);
        Assert.Contains(read, life.Files);
        life.CloseViews();
        life.Store.DeleteUnusedFiles();
        Assert.Equal(life.NamedFiles, life.Files);
    }

    [Fact]
    public void A_rewrite_whose_file_cannot_be_opened_leaves_no_file()
    {
        using var life = NewLife();
        life.Apply(Upsert(1, 10));
        life.BeginFlush();
        life.Disk.Fail(DiskOperations.Read, 1);
        Assert.ThrowsAny<IOException>(life.Flush!.Run);
        life.AbandonFlush();
        life.Store.DeleteUnusedFiles();
        Assert.Empty(life.Files);
        life.Settle();
    }

    [Fact]
    public void Work_that_was_not_run_cannot_be_completed_and_can_be_abandoned()
    {
        using var life = NewLife();
        life.Apply(Upsert(1, 10));
        var flush = life.Store.BeginFlush()!;
        Assert.Throws<InvalidOperationException>(() => life.Store.Complete(flush));
        life.Store.Abandon(flush);
        life.Upkeep(everything: false);
        life.Apply(Delete(1, 1));
        Assert.Null(life.Store.BeginFlush());
        var save = life.Store.BeginCheckpoint()!;
        Assert.Throws<InvalidOperationException>(() => life.Store.Complete(save));
        life.Store.Abandon(save);
        life.Settle();
    }

    [Fact]
    public void What_is_under_way_when_a_shard_is_disposed_of_can_be_abandoned()
    {
        var life = NewLife();
        life.Apply(Upsert(1, 10));
        life.Upkeep(everything: false);
        life.Apply(Upsert(11, 10), Delete(1, 3));
        var (flush, compaction, save) = (life.Store.BeginFlush()!, life.Store.BeginCompaction(everything: true), life.Store.BeginCheckpoint());
        flush.Run();
        life.Store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => life.Store.Complete(flush));
        life.Store.Abandon(flush);
        Assert.Null(compaction);
        Assert.Null(save);
        life.Reopen(life.Disk.Kill());
        life.AssertNewest();
        life.Dispose();
    }

    [Fact]
    public void Pins_of_a_manifest_keep_their_index_readable_through_flushes_and_compactions()
    {
        using var life = NewLife();
        Flush(life, 1, 10);
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        var manifest = ShardManifestFormat.Read(life.Manifest, "manifest") with { Pins = [new Pin("first", 1)] };
        using var pinned = ShardStore.Open(life.Store.Schema, Shards.Place(life.Disk.Clone()), null, ShardManifestFormat.Write(manifest), "pinned");
        pinned.Apply(2, [Delete(1, 9)]);
        pinned.Apply(3, [Upsert(1, 5)]);
        pinned.Apply(4, [Delete(1, 5)]);
        pinned.Flush().Compact().Checkpoint();
        Assert.Equal(new Dictionary<string, long> { ["first"] = 1 }, pinned.Pins);
        using var view = pinned.OpenView("first");
        life.History.AssertSame(view);
        Assert.Equal((1, 10), (pinned.Count, view.Count));
        Assert.Equal(9, pinned.Statistics.DeadRows);
        Assert.Throws<InvalidRequestException>(() => pinned.OpenView("second"));
        Assert.Throws<InvalidRequestException>(() => pinned.OpenView(3));
    }

    internal static ShardLife NewLife(ShardStoreOptions? options = null, SimulatedFileSystem? disk = null) =>
        new(new ShardHistory(Shards.Schema(3)), options, disk);

    internal static UpsertPoints Upsert(int first, int count) => new(
        [.. Enumerable.Range(first, count).Select(n => new Point(PointId.FromNumber((ulong)n), new float[] { n, 1, -n }, Payload.Parse($"{{\"n\":{n * 50_000}}}")))]);

    internal static DeletePoints Delete(int first, int count) => new([.. Enumerable.Range(first, count).Select(n => PointId.FromNumber((ulong)n))]);

    internal static void Flush(ShardLife life, int first, int count)
    {
        life.Apply(Upsert(first, count));
        life.BeginFlush();
        life.CompleteFlush();
    }
}
