using ActorVectorStore.Testing;

namespace ActorVectorStore.FileSystem.Tests;

/// <summary>Names on the simulated disk are durable by a directory sync and by nothing else.</summary>
public sealed class SimulatedNamesTests
{
    private readonly SimulatedFileSystem _disk = new();

    public SimulatedNamesTests()
    {
        _disk.CreateDirectory("/d");
        _disk.CreateDirectory("/e");
    }

    [Fact]
    public void A_synced_file_without_a_synced_name_is_gone()
    {
        using var file = _disk.Open("/d/f", FileOpening.CreateNew);
        file.Write([1], 0);
        file.SyncData();
        Assert.False(_disk.Crash(CrashKeeps.None).FileExists("/d/f"));
        Assert.Equal(new byte[] { 1 }, _disk.Crash(CrashKeeps.All).ReadWhole("/d/f"));
    }

    [Fact]
    public void A_synced_name_without_synced_bytes_is_an_empty_file()
    {
        _disk.WriteWhole("/d/f", [1]);
        _disk.SyncDirectory("/d");
        Assert.Empty(_disk.Crash(CrashKeeps.None).ReadWhole("/d/f"));
    }

    [Fact]
    public void The_sync_of_another_directory_does_not_help()
    {
        _disk.WriteWhole("/d/f", [1]);
        _disk.SyncDirectory("/e");
        _disk.SyncDirectory("/");
        Assert.False(_disk.Crash(CrashKeeps.None).FileExists("/d/f"));
    }

    [Fact]
    public void A_deletion_that_was_not_synced_may_be_undone()
    {
        _disk.WriteWholeDurably("/d/f", [1, 2]);
        _disk.DeleteFile("/d/f");
        Assert.Equal(new byte[] { 1, 2 }, _disk.Crash(CrashKeeps.None).ReadWhole("/d/f"));
        Assert.False(_disk.Crash(CrashKeeps.All).FileExists("/d/f"));

        var synced = _disk.Kill();
        synced.SyncDirectory("/d");
        Assert.False(synced.Crash(CrashKeeps.None).FileExists("/d/f"));
    }

    [Fact]
    public void A_directory_that_was_created_is_durable_and_one_that_was_deleted_may_come_back()
    {
        _disk.CreateDirectory("/d/a/b");
        Assert.True(_disk.Clone().Crash(CrashKeeps.None).DirectoryExists("/d/a/b"));
        _disk.DeleteDirectory("/d/a/b");
        Assert.True(_disk.Clone().Crash(CrashKeeps.None).DirectoryExists("/d/a/b"));
        _disk.SyncDirectory("/d/a");
        Assert.False(_disk.Crash(CrashKeeps.None).DirectoryExists("/d/a/b"));
    }

    [Fact]
    public void A_directory_whose_maker_was_killed_before_its_sync_becomes_durable_when_it_is_created_again()
    {
        _disk.CrashAt(_disk.OperationCount + 2, CrashMoment.After);
        Assert.Throws<SimulatedCrashException>(() => _disk.CreateDirectory("/d/a"));
        Assert.False(_disk.Crash(CrashKeeps.None).DirectoryExists("/d/a"));

        var next = _disk.Kill();
        Assert.True(next.DirectoryExists("/d/a"));
        next.CreateDirectory("/d/a");
        Assert.True(next.Crash(CrashKeeps.None).DirectoryExists("/d/a"));
    }

    [Fact]
    public void A_rename_before_the_sync_of_the_bytes_loses_old_and_new_content()
    {
        _disk.WriteWholeDurably("/d/f", [1, 2, 3]);
        _disk.WriteWhole("/d/f.tmp", [4, 5, 6]);
        _disk.Rename("/d/f.tmp", "/d/f");
        _disk.SyncDirectory("/d");
        Assert.Empty(_disk.Crash(CrashKeeps.None).ReadWhole("/d/f"));
    }

    [Fact]
    public void A_rename_is_there_as_a_whole_or_not_at_all()
    {
        _disk.WriteWholeDurably("/d/f", [1]);
        _disk.WriteWholeDurably("/e/g", [2]);
        _disk.Rename("/d/f", "/e/g");
        Assert.Equal(["1 2", "gone 1"], Seen(Look).Order(StringComparer.Ordinal));

    }

    [Theory]
    [InlineData("/d", "/d")]
    [InlineData("/e", "/e")]
    [InlineData("/d", "/e")]
    public void A_rename_is_durable_when_both_directories_were_synced(string first, string second)
    {
        _disk.WriteWholeDurably("/d/f", [1]);
        _disk.WriteWholeDurably("/e/g", [2]);
        _disk.Rename("/d/f", "/e/g");
        _disk.SyncDirectory(first);
        _disk.SyncDirectory(second);
        Assert.Equal(first == second ? "1 2" : "gone 1", Look(_disk.Crash(CrashKeeps.None)));
    }

    [Fact]
    public void A_chain_of_renames_never_loses_the_file()
    {
        _disk.WriteWholeDurably("/d/a", [7]);
        _disk.Rename("/d/a", "/d/b");
        _disk.Rename("/d/b", "/d/c");
        _disk.WriteWhole("/d/a", []);
        var seen = Seen(after => string.Join(' ', after.ListFiles("/d").Where(name => after.ReadWhole("/d/" + name).Length == 1)));
        Assert.Equal(["a", "b", "c"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Changes_of_different_names_survive_independently()
    {
        _disk.WriteWhole("/d/a", []);
        _disk.WriteWhole("/d/b", []);
        var seen = Seen(after => string.Concat(after.ListFiles("/d")));
        Assert.Equal(["", "a", "ab", "b"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_synced_change_brings_the_earlier_ones_of_the_same_name()
    {
        _disk.WriteWholeDurably("/d/a", [7]);
        _disk.Rename("/d/a", "/e/b");
        _disk.Rename("/e/b", "/e/c");
        _disk.SyncDirectory("/e");
        var after = _disk.Crash(CrashKeeps.None);
        Assert.Equal(["c"], after.ListFiles("/e"));
        Assert.Empty(after.ListFiles("/d"));
    }

    [Fact]
    public void A_link_is_durable_when_its_directory_was_synced_and_keeps_the_bytes_as_durable_as_they_were()
    {
        _disk.WriteWholeDurably("/d/f", [1, 2]);
        Assert.True(_disk.TryLink("/d/f", "/e/g"));
        _disk.SyncDirectory("/d");
        Assert.False(_disk.Crash(CrashKeeps.None).FileExists("/e/g"));
        Assert.Equal(["", "g"], Seen(after => string.Concat(after.ListFiles("/e"))).Order(StringComparer.Ordinal));

        var synced = _disk.Kill();
        synced.SyncDirectory("/e");
        synced.DeleteFile("/d/f");
        synced.SyncDirectory("/d");
        var after = synced.Crash(CrashKeeps.None);
        Assert.False(after.FileExists("/d/f"));
        Assert.Equal(new byte[] { 1, 2 }, after.ReadWhole("/e/g"));
    }

    [Fact]
    public void A_synced_link_to_a_file_without_a_synced_name_is_all_that_is_left_of_it()
    {
        _disk.WriteWhole("/d/f", [1]);
        Assert.True(_disk.TryLink("/d/f", "/e/g"));
        _disk.SyncDirectory("/e");
        var after = _disk.Crash(CrashKeeps.None);
        Assert.False(after.FileExists("/d/f"));
        Assert.Empty(after.ReadWhole("/e/g"));
    }

    [Fact]
    public void A_file_takes_its_space_once_and_until_its_last_name_is_gone()
    {
        _disk.WriteWholeDurably("/d/f", new byte[5_000]);
        var used = _disk.UsedBytes;
        Assert.True(_disk.TryLink("/d/f", "/e/g"));
        Assert.Equal(used, _disk.UsedBytes);
        Assert.Equal(used, _disk.Clone().UsedBytes);
        _disk.DeleteFile("/d/f");
        Assert.Equal(used, _disk.UsedBytes);
        Assert.Equal(used, _disk.Crash(CrashKeeps.All).UsedBytes);
        var rebooted = _disk.Kill();
        rebooted.DeleteFile("/e/g");
        Assert.Equal(0, rebooted.UsedBytes);
    }

    [Fact]
    public void A_link_can_be_counted_traced_refused_and_impossible()
    {
        _disk.WriteWholeDurably("/d/f", [1]);
        _disk.IsTracing = true;
        _disk.Fail(DiskOperations.Link, 1);
        _disk.Refuse(DiskOperations.Link, 2);
        Assert.Throws<IOException>(() => _disk.TryLink("/d/f", "/e/g"));
        Assert.Throws<DiskFullException>(() => _disk.TryLink("/d/f", "/e/g"));
        _disk.CanLink = false;
        Assert.False(_disk.TryLink("/d/f", "/e/g"));
        Assert.Empty(_disk.ListFiles("/e"));
        Assert.Equal(3, _disk.Count(DiskOperations.Link));
        Assert.Contains("Link /d/f -> /e/g fails", _disk.Trace[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_a_failed_directory_sync_lost_stays_lost_until_it_is_made_again()
    {
        _disk.WriteWhole("/d/f", []);
        _disk.WriteWhole("/d/g", []);
        _disk.Fail(DiskOperations.DirectorySync, 1);
        Assert.Throws<SyncFailedException>(() => _disk.SyncDirectory("/d"));
        _disk.Rename("/d/g", "/d/h");
        _disk.SyncDirectory("/d");
        Assert.Equal(["f", "h"], _disk.ListFiles("/d"));
        Assert.Equal(["h"], _disk.Crash(CrashKeeps.All).ListFiles("/d"));
        Assert.Equal(["h"], _disk.Crash(CrashKeeps.None).ListFiles("/d"));
    }

    private static string Look(SimulatedFileSystem disk) =>
        $"{(disk.FileExists("/d/f") ? disk.ReadWhole("/d/f")[0] : "gone")} {disk.ReadWhole("/e/g")[0]}";

    private HashSet<string> Seen(Func<SimulatedFileSystem, string> look)
    {
        var seen = new HashSet<string>();
        for (var seed = 0UL; seed < 200; seed++)
        {
            seen.Add(look(_disk.Crash(CrashKeeps.Subset(seed))));
        }

        return seen;
    }
}
