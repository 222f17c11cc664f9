using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

/// <summary>A simulated power loss takes what was not synced, in every way the port allows and in no other.</summary>
public sealed class SimulatedPowerLossTests
{
    private const int Sector = 512;

    private readonly SimulatedFileSystem _disk = new();

    public SimulatedPowerLossTests() => _disk.CreateDirectory("/d");

    [Fact]
    public void What_was_synced_survives_every_power_loss()
    {
        var bytes = new SeededRandom(1).Bytes(20_000);
        _disk.WriteWholeDurably("/d/f", bytes);
        Assert.All(Patterns(50), keeps => Assert.Equal(bytes, _disk.Crash(keeps).ReadWhole("/d/f")));
    }

    [Fact]
    public void What_was_not_synced_is_gone_or_there_as_the_pattern_says()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, 4 * Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, Sector), Sector);
        file.Write(Filled(3, Sector), 6 * Sector);

        Assert.Equal(Filled(1, 4 * Sector), _disk.Crash(CrashKeeps.None).ReadWhole("/d/f"));
        var all = _disk.Crash(CrashKeeps.All).ReadWhole("/d/f");
        Assert.Equal([1, 2, 1, 1, 0, 0, 3], all.Chunk(Sector).Select(Only));
    }

    [Fact]
    public void Only_the_synced_file_is_made_durable()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        _disk.WriteWholeDurably("/d/g", Filled(1, Sector));
        using var f = _disk.Open("/d/f", FileOpening.WriteExisting);
        using var g = _disk.Open("/d/g", FileOpening.WriteExisting);
        f.Write(Filled(2, Sector), 0);
        g.Write(Filled(2, Sector), 0);
        f.SyncData();

        var after = _disk.Crash(CrashKeeps.None);
        Assert.Equal(2, Only(after.ReadWhole("/d/f")));
        Assert.Equal(1, Only(after.ReadWhole("/d/g")));
    }

    [Fact]
    public void A_write_after_the_sync_is_not_covered_by_it()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, Sector), 0);
        file.SyncData();
        file.Write(Filled(3, 10), 0);
        Assert.Equal(Filled(2, Sector), _disk.Crash(CrashKeeps.None).ReadWhole("/d/f"));
    }

    [Fact]
    public void Sectors_survive_independently_of_each_other_and_each_as_a_whole()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, 3 * Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, 3 * Sector), 0);

        var seen = new HashSet<string>();
        for (var seed = 0UL; seed < 200; seed++)
        {
            seen.Add(Shape(_disk.Crash(CrashKeeps.Subset(seed)).ReadWhole("/d/f")));
        }

        Assert.Equal(["111", "112", "121", "122", "211", "212", "221", "222"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_sector_has_any_state_it_had_since_the_sync_and_no_other()
    {
        _disk.WriteWholeDurably("/d/f", "a....."u8);
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write("b"u8, 1);
        file.Write("c"u8, 2);
        file.Write("d"u8, 0);

        var seen = Seen(200, after => System.Text.Encoding.ASCII.GetString(after.ReadWhole("/d/f")), CrashPattern.Subset);
        Assert.Equal(["a.....", "ab....", "abc...", "dbc..."], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unsynced_length_may_or_may_not_survive()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.SetLength(3 * Sector);
        file.SetLength(100);

        Assert.Equal(Sector, _disk.Crash(CrashKeeps.None).ReadWhole("/d/f").Length);
        Assert.Equal(100, _disk.Crash(CrashKeeps.All).ReadWhole("/d/f").Length);
        Assert.Equal(
            new HashSet<int> { 100, Sector, 3 * Sector }, Seen(100, after => after.ReadWhole("/d/f").Length, CrashPattern.Subset));
    }

    [Fact]
    public void A_length_may_survive_without_its_bytes_which_are_then_zero()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, Sector), Sector);
        Assert.Equal(
            ["1", "10", "12"], Seen(200, after => Shape(after.ReadWhole("/d/f")), CrashPattern.Subset).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bytes_that_were_cut_may_come_back_when_the_file_grows_again()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, 2 * Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.SetLength(0);
        file.Write(Filled(2, 2 * Sector), 0);

        var seen = Seen(300, after => Shape(after.ReadWhole("/d/f")), CrashPattern.Subset);
        Assert.Contains("21", seen);
        Assert.Contains("20", seen);
        Assert.Contains("22", seen);
        Assert.Contains("", seen);
    }

    [Fact]
    public void Cut_bytes_are_gone_for_good_once_the_cut_was_synced()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, 3 * Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.SetLength(Sector + 7);
        file.SyncData();
        file.SetLength(3 * Sector);
        file.SyncData();
        var expected = Filled(1, Sector + 7).Concat(new byte[(2 * Sector) - 7]).ToArray();
        Assert.All(Patterns(20), keeps => Assert.Equal(expected, _disk.Crash(keeps).ReadWhole("/d/f")));
    }

    [Fact]
    public void A_sector_that_was_never_written_may_show_what_a_deleted_file_left_there()
    {
        _disk.WriteWholeDurably("/d/old", Filled(9, 8 * Sector));
        _disk.DeleteFile("/d/old");
        _disk.SyncDirectory("/d");
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, Sector), Sector);
        Assert.Equal(
            ["1", "10", "12", "19"], Seen(300, after => Shape(after.ReadWhole("/d/f")), CrashPattern.Subset).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Preallocated_space_never_shows_garbage()
    {
        _disk.WriteWholeDurably("/d/old", Filled(9, 8 * Sector));
        _disk.DeleteFile("/d/old");
        _disk.SyncDirectory("/d");
        _disk.WriteWholeDurably("/d/f", []);
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Preallocate(2 * Sector);
        file.SyncData();
        file.Write(Filled(2, 2 * Sector), 0);
        Assert.Equal(
            ["00", "02", "20", "22"], Seen(300, after => Shape(after.ReadWhole("/d/f")), CrashPattern.Subset).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_last_write_tears_between_sectors()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, 4 * Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, 4 * Sector), 0);
        var seen = Seen(300, after => Shape(after.ReadWhole("/d/f")), CrashPattern.Torn);
        Assert.DoesNotContain("2222", seen);
        foreach (var torn in new[] { "2111", "2211", "2221", "1112", "1122", "1222", "1221" })
        {
            Assert.Contains(torn, seen);
        }
    }

    [Fact]
    public void The_last_write_tears_inside_a_sector_where_asked()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, 40), 100);
        var ends = Seen(400, TornEnd, CrashPattern.TornInsideSector);
        Assert.Equal(Enumerable.Range(101, 39), ends.Order());
        Assert.Equal(new HashSet<int> { 100, 140 }, Seen(100, TornEnd, CrashPattern.Torn));

        static int TornEnd(SimulatedFileSystem after)
        {
            var bytes = after.ReadWhole("/d/f");
            var end = Array.LastIndexOf(bytes, (byte)2) + 1;
            Assert.Equal(Filled(1, 100).Concat(Filled(2, Math.Max(0, end - 100))), bytes[..Math.Max(100, end)]);
            Assert.DoesNotContain((byte)2, bytes[Math.Max(100, end)..]);
            return Math.Max(100, end);
        }
    }

    [Fact]
    public void Under_a_torn_sector_are_the_writes_that_came_before()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        using var file = _disk.Open("/d/f", FileOpening.WriteExisting);
        file.Write(Filled(2, 50), 0);
        file.Write(Filled(3, 50), 50);
        for (var seed = 0UL; seed < 100; seed++)
        {
            var bytes = _disk.Crash(CrashKeeps.TornInsideSector(seed)).ReadWhole("/d/f");
            Assert.Equal(3, bytes[50]);
            Assert.Equal(Filled(2, 50), bytes[..50]);
            Assert.Equal(1, bytes[99]);
        }
    }

    [Fact]
    public void Only_the_last_write_tears_inside_a_sector()
    {
        _disk.WriteWholeDurably("/d/f", Filled(1, Sector));
        _disk.WriteWholeDurably("/d/g", Filled(1, Sector));
        using var f = _disk.Open("/d/f", FileOpening.WriteExisting);
        using var g = _disk.Open("/d/g", FileOpening.WriteExisting);
        f.Write(Filled(2, Sector), 0);
        g.Write(Filled(2, Sector), 0);
        for (var seed = 0UL; seed < 50; seed++)
        {
            var after = _disk.Crash(CrashKeeps.TornInsideSector(seed));
            Assert.Single(after.ReadWhole("/d/f").Distinct());
            Assert.Equal(2, after.ReadWhole("/d/g").Distinct().Count());
        }
    }

    [Fact]
    public void A_crash_with_the_same_seed_gives_the_same_disk_and_another_seed_another()
    {
        using var file = _disk.Open("/d/f", FileOpening.CreateNew);
        file.Preallocate(100 * Sector);
        file.SyncData();
        _disk.SyncDirectory("/d");
        file.Write(Filled(2, 100 * Sector), 0);
        var first = _disk.Crash(CrashKeeps.Subset(5)).ReadWhole("/d/f");
        Assert.Equal(first, _disk.Crash(CrashKeeps.Subset(5)).ReadWhole("/d/f"));
        Assert.NotEqual(first, _disk.Crash(CrashKeeps.Subset(6)).ReadWhole("/d/f"));
    }

    [Fact]
    public void After_the_reboot_everything_that_is_there_is_durable()
    {
        using var file = _disk.Open("/d/f", FileOpening.CreateNew);
        file.Write(new SeededRandom(1).Bytes(10_000), 0);
        for (var seed = 0UL; seed < 20; seed++)
        {
            var after = _disk.Crash(CrashKeeps.Subset(seed));
            if (after.FileExists("/d/f"))
            {
                Assert.Equal(after.ReadWhole("/d/f"), after.Clone().Crash(CrashKeeps.None).ReadWhole("/d/f"));
            }
        }
    }

    [Fact]
    public void A_killed_process_loses_nothing_but_what_it_did_not_sync_is_still_at_risk()
    {
        using var file = _disk.Open("/d/f", FileOpening.CreateNew);
        file.Write([1, 2, 3], 0);
        var next = _disk.Kill();
        Assert.Equal(new byte[] { 1, 2, 3 }, next.ReadWhole("/d/f"));
        Assert.False(next.Clone().Crash(CrashKeeps.None).FileExists("/d/f"));

        next.SyncDirectory("/d");
        Assert.Empty(next.Clone().Crash(CrashKeeps.None).ReadWhole("/d/f"));
        using (var again = next.Open("/d/f", FileOpening.WriteExisting))
        {
            again.SyncData();
        }

        Assert.Equal(new byte[] { 1, 2, 3 }, next.Crash(CrashKeeps.None).ReadWhole("/d/f"));
    }

    private HashSet<T> Seen<T>(ulong seeds, Func<SimulatedFileSystem, T> look, CrashPattern pattern)
    {
        var seen = new HashSet<T>();
        for (var seed = 0UL; seed < seeds; seed++)
        {
            seen.Add(look(_disk.Crash(CrashKeeps.EachPattern(seed).Single(keeps => keeps.Pattern == pattern))));
        }

        return seen;
    }

    private static IEnumerable<CrashKeeps> Patterns(ulong seeds) =>
        Enumerable.Range(0, (int)seeds).SelectMany(seed => CrashKeeps.EachPattern((ulong)seed));

    private static byte[] Filled(byte value, int count) => Enumerable.Repeat(value, count).ToArray();

    private static byte Only(byte[] bytes) => Assert.Single(bytes.Distinct());

    private static string Shape(byte[] bytes) => string.Concat(bytes.Chunk(Sector).Select(Only));
}
