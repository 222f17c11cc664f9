using System.Globalization;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using static ActorVectorStore.Storage.Tests.ShardUpkeepTests;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Which indexes of the past can be read: pinned ones, and the history that is still there; and what a checkpoint says of its own index while the shard goes on.</summary>
public sealed class ShardPinTests
{
    [Fact]
    public void A_shard_has_at_most_1024_pins_and_finds_them_all_again_when_it_is_opened()
    {
        var names = Enumerable.Range(0, ShardStore.PinsMax).Select(n => string.Create(CultureInfo.InvariantCulture, $"{new string('\u6f22', 251)}{n:d4}")).ToArray();
        Assert.Equal((1_024, ModelLimits.PinNameLengthMax), (names.Length, names[0].Length));
        using var life = NewLife();
        life.Apply([.. names.Select(Pin)]);
        life.Apply(Pin("more"), Pin(names[7]), Release("more"), Release(names[7]), Pin("more"), Pin(names[7]));
        Assert.Equal([new(0, 1), new(0, 0), new(0, 0), new(1, 0), new(1, 0), new(0, 1)], life.History.OutcomesAt(2));
        Flush(life, 1, 10);
        life.Upkeep(everything: true);
        using var opened = ShardStore.Open(life.Store.Schema, Shards.Place(life.Disk.Crash(CrashKeeps.None)), null, life.Manifest, "manifest");
        Assert.Equal(life.History.TwinAt(3).Pins, opened.Pins);
        using var view = opened.OpenView("more");
        Assert.Equal((2, 0), (view.Index, view.Count));
    }

    [Fact]
    public void A_name_that_is_pinned_again_keeps_its_index_until_it_is_released()
    {
        using var life = NewLife();
        life.Apply(Upsert(1, 10));
        life.Apply(Pin("a"), Delete(1, 3));
        life.Apply(Delete(4, 3), Pin("a"));
        life.Upkeep(everything: true);
        life.Apply(Pin("a"));
        Assert.Equal(2, life.Store.Pins["a"]);
        Assert.Equal(7, Count(life.Store, "a"));
        life.Apply(Release("a"), Pin("a"), Delete(7, 3));
        Assert.Equal(5, life.Store.Pins["a"]);
        Assert.Equal(1, Count(life.Store, "a"));
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        life.AssertPins();
        life.Upkeep(everything: true);
        Assert.Equal((0, 1), (life.Store.Statistics.DeadRows, life.Store.Count));
        life.AssertPins();
    }

    [Fact]
    public void What_was_pinned_at_a_checkpoint_is_kept_by_compactions_until_a_checkpoint_passes_its_release()
    {
        using var life = NewLife();
        Flush(life, 1, 10);
        life.Apply(Pin("a"));
        life.Apply(Delete(1, 5));
        Flush(life, 11, 5);
        life.BeginCheckpoint();
        life.CompleteCheckpoint();

        // The row in memory holds back what is flushed, so that the next checkpoint would still be of the same index.
        life.Apply(Upsert(30, 1));
        life.Apply(Release("a"));
        life.BeginCompaction(everything: true);
        life.CompleteCompaction();
        Assert.Equal((1, 5), (life.Store.Statistics.SegmentFiles, life.Store.Statistics.DeadRows));
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        life.Store.DeleteUnusedFiles();
        AssertManifestHasPin(life, 10);
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        Assert.Empty(life.Store.Pins);

        life.Upkeep(everything: true);
        Assert.Equal(0, life.Store.Statistics.DeadRows);
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        Assert.Throws<InvalidRequestException>(() => life.Store.OpenView("a"));
        life.Settle();
    }

    [Fact]
    public void A_pin_that_is_released_while_its_rows_are_rewritten_costs_nothing_but_another_rewrite()
    {
        using var life = NewLife();
        life.Apply(Upsert(1, 10), Pin("a"));
        life.Apply(Delete(1, 5));
        life.BeginFlush();
        life.Apply(Release("a"), Pin("b"));
        life.CompleteFlush();
        Assert.Equal(5, life.Store.Statistics.DeadRows);
        life.Upkeep(everything: true);
        Assert.Equal(0, life.Store.Statistics.DeadRows);
        life.AssertEveryIndex();
        life.Settle();
    }

    [Fact]
    public void History_starts_where_a_flush_or_a_compaction_has_left_a_dead_row_out()
    {
        using var life = NewLife();
        life.Apply(Upsert(1, 10));
        life.Apply(Upsert(11, 10));
        life.Upkeep(everything: true);
        Assert.Equal(3, life.AssertEveryIndex());
        life.Apply(Delete(1, 1));
        life.Apply(Upsert(30, 1), Delete(30, 1));
        Assert.Equal(5, life.AssertEveryIndex());
        life.BeginFlush();
        life.CompleteFlush();
        Assert.Equal(5, life.AssertEveryIndex());
        life.Upkeep(everything: true);
        Assert.Equal(2, life.AssertEveryIndex());
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        Assert.Equal(2, life.AssertEveryIndex());
        life.Apply(Upsert(2, 1), Upsert(2, 1));
        life.Apply(Delete(2, 1));
        life.Apply(Upsert(40, 1));
        life.BeginFlush();
        life.CompleteFlush();
        Assert.Equal(2, life.AssertEveryIndex());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    public void As_many_indexes_as_the_options_say_stay_readable_through_all_upkeep_and_no_more(int historyIndexes)
    {
        using var life = NewLife(new ShardStoreOptions(HistoryIndexes: historyIndexes));
        for (var index = 1; index <= 12; index++)
        {
            life.Apply(Upsert(1, 3), Delete(2, 1));
            life.Upkeep(everything: true);

            // The first event replaces nothing.
            Assert.Equal(index <= historyIndexes + 1 ? index + 1 : historyIndexes + 1, life.AssertEveryIndex());
            if (index % 4 == 0)
                life.Reopen(life.Disk.Crash(CrashKeeps.None));
        }
    }

    [Fact]
    public void A_checkpoint_says_the_payload_indexes_of_its_own_index_and_the_log_behind_it_gives_the_same_again()
    {
        var all = Enumerable.Range(0, ModelLimits.PayloadIndexesMax + 1)
            .Select(n => new PayloadIndex(PayloadPath.Parse(string.Create(CultureInfo.InvariantCulture, $"n{n}")), PayloadIndexKind.Integer)).ToArray();
        using var life = NewLife();
        life.Apply([.. all[1..].Select(index => new CreatePayloadIndex(index))]);
        Flush(life, 1, 10);
        life.Apply(new CreatePayloadIndex(all[0]));
        life.Apply(new DropPayloadIndex(all[1]), new CreatePayloadIndex(all[2]));
        Assert.Equal([new(0, 1)], life.History.OutcomesAt(3));
        life.BeginCheckpoint();
        life.CompleteCheckpoint();
        Assert.Equal(all[1..], ShardManifestFormat.Read(life.Manifest, "manifest").PayloadIndexes);
        life.Reopen(life.Disk.Crash(CrashKeeps.None));
        Assert.Equal(all[2..], life.Store.PayloadIndexes);
        life.Apply(new CreatePayloadIndex(all[1]));
        Assert.Equal([.. all[2..], all[1]], life.Store.PayloadIndexes);
        life.Settle();
    }

    private static void AssertManifestHasPin(ShardLife life, int count)
    {
        using var opened = ShardStore.Open(life.Store.Schema, Shards.Place(life.Disk.Crash(CrashKeeps.None)), null, life.Manifest, "manifest");
        Assert.Equal(count, Count(opened, "a"));
    }

    private static long Count(ShardStore store, string pin)
    {
        using var view = store.OpenView(pin);
        return view.Count;
    }

    internal static PinIndex Pin(string name) => new(PinName.Parse(name));

    internal static ReleasePin Release(string name) => new(PinName.Parse(name));
}
