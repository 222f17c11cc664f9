using Akka.Persistence;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

public sealed class WalSnapshotStoreTests : PersistenceTest
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private string SnapshotDirectory => Path.Combine(DataDirectory, "snapshots");

    private string[] Files => [.. Directory.GetFiles(SnapshotDirectory).Order(StringComparer.Ordinal)];

    private static string? TextOf(SelectedSnapshot? selected) => selected is null ? null : ((TestEvent)selected.Snapshot).Text;

    /// <summary>Saves 5 snapshots of "a": numbers 10 to 50, an hour apart from noon on.</summary>
    private static void SaveFive(SnapshotClient snapshots)
    {
        for (var i = 1; i <= 5; i++)
        {
            snapshots.Save("a", i * 10, TestEvent.Plain($"s-{i * 10}"), Noon.AddHours(i));
        }
    }

    [Fact]
    public void Nothing_is_loaded_for_an_unknown_id_or_below_the_first_snapshot()
    {
        var snapshots = SnapshotsOf(Start());
        Assert.Null(snapshots.Load("nobody"));
        SaveFive(snapshots);
        Assert.Null(snapshots.Load("a", new SnapshotSelectionCriteria(9)));
        Assert.Null(snapshots.Load("a", SnapshotSelectionCriteria.Latest, to: 9));
        Assert.Null(snapshots.Load("a", new SnapshotSelectionCriteria(long.MaxValue, Noon)));
    }

    [Fact]
    public void The_youngest_snapshot_within_all_bounds_is_loaded()
    {
        var snapshots = SnapshotsOf(Start());
        SaveFive(snapshots);

        Assert.Equal("s-50", TextOf(snapshots.Load("a")));
        Assert.Equal("s-30", TextOf(snapshots.Load("a", new SnapshotSelectionCriteria(30))));
        Assert.Equal("s-30", TextOf(snapshots.Load("a", new SnapshotSelectionCriteria(39))));
        Assert.Equal("s-20", TextOf(snapshots.Load("a", SnapshotSelectionCriteria.Latest, to: 29)));
        Assert.Equal("s-40", TextOf(snapshots.Load("a", new SnapshotSelectionCriteria(long.MaxValue, Noon.AddHours(4)))));
        Assert.Equal("s-50", TextOf(snapshots.Load("a", new SnapshotSelectionCriteria(long.MaxValue, DateTime.MaxValue, 50, Noon.AddHours(5)))));
        Assert.Null(snapshots.Load("a", new SnapshotSelectionCriteria(long.MaxValue, DateTime.MaxValue, 51)));
        Assert.Null(snapshots.Load("a", new SnapshotSelectionCriteria(long.MaxValue, DateTime.MaxValue, 0, Noon.AddHours(6))));
        Assert.Null(snapshots.Load("a", new SnapshotSelectionCriteria(30, Noon.AddHours(5), 0, Noon.AddHours(4))));
    }

    [Fact]
    public void Metadata_comes_back_as_given()
    {
        var snapshots = SnapshotsOf(Start());
        snapshots.Save("a", 7, TestEvent.Plain("x"), Noon);

        Assert.Equal(new SnapshotMetadata("a", 7, Noon), snapshots.Load("a")!.Metadata);
    }

    [Fact]
    public async Task Snapshots_survive_the_end_of_the_actor_system()
    {
        var first = Start();
        SaveFive(SnapshotsOf(first));
        await EndAsync(first);

        var snapshots = SnapshotsOf(Start());

        Assert.Equal("s-50", TextOf(snapshots.Load("a")));
        Assert.Equal("s-20", TextOf(snapshots.Load("a", new SnapshotSelectionCriteria(long.MaxValue, Noon.AddHours(2)))));
    }

    [Fact]
    public void The_same_number_again_replaces_and_leaves_one_file()
    {
        var snapshots = SnapshotsOf(Start());
        snapshots.Save("a", 5, TestEvent.Plain("old"), Noon);
        snapshots.Save("a", 5, TestEvent.Plain("new"), Noon.AddHours(-1));

        Assert.Equal("new", TextOf(snapshots.Load("a")));
        snapshots.Save("b", 1, TestEvent.Plain("other"));
        Assert.Equal("new", TextOf(snapshots.Load("a")));
        Assert.Equal(2, Files.Length);
        Assert.Null(snapshots.Load("a", new SnapshotSelectionCriteria(long.MaxValue, DateTime.MaxValue, 0, Noon)));
    }

    [Fact]
    public async Task A_replaced_snapshot_that_a_crash_left_stays_replaced()
    {
        var first = Start();
        SnapshotsOf(first).Save("a", 5, TestEvent.Plain("old"), Noon);
        var old = Files.Single();
        var bytes = File.ReadAllBytes(old);
        SnapshotsOf(first).Save("a", 5, TestEvent.Plain("new"), Noon.AddHours(-1));
        SnapshotsOf(first).Load("a");
        await EndAsync(first);
        File.WriteAllBytes(old, bytes);

        var second = Start();
        var snapshots = SnapshotsOf(second);
        Assert.Equal("new", TextOf(snapshots.Load("a")));
        snapshots.Delete("a", new SnapshotSelectionCriteria(long.MaxValue, Noon.AddHours(-1)));
        Assert.Null(snapshots.Load("a"));
        Assert.Empty(Files);
    }

    [Fact]
    public void One_snapshot_is_deleted_by_its_number()
    {
        var snapshots = SnapshotsOf(Start());
        SaveFive(snapshots);

        snapshots.Delete("a", 50);
        snapshots.Delete("a", 99);

        Assert.Equal("s-40", TextOf(snapshots.Load("a")));
        Assert.Equal(4, Files.Length);
    }

    [Fact]
    public void A_deletion_with_a_timestamp_concerns_exactly_that_snapshot()
    {
        var snapshots = SnapshotsOf(Start());
        SaveFive(snapshots);

        snapshots.Delete("a", 50, Noon);
        snapshots.Delete("a", 50, Noon.AddHours(6));
        Assert.Equal("s-50", TextOf(snapshots.Load("a")));

        snapshots.Delete("a", 50, Noon.AddHours(5));
        Assert.Equal("s-40", TextOf(snapshots.Load("a")));
    }

    [Fact]
    public void All_snapshots_within_the_bounds_are_deleted_and_no_others()
    {
        var snapshots = SnapshotsOf(Start());
        SaveFive(snapshots);
        snapshots.Save("b", 30, TestEvent.Plain("b"), Noon.AddHours(3));

        snapshots.Delete("a", new SnapshotSelectionCriteria(40, DateTime.MaxValue, 20, Noon.AddHours(3)));

        Assert.Equal("s-50", TextOf(snapshots.Load("a")));
        Assert.Equal("s-20", TextOf(snapshots.Load("a", new SnapshotSelectionCriteria(49))));
        Assert.Equal("b", TextOf(snapshots.Load("b")));
        snapshots.Delete("a", SnapshotSelectionCriteria.Latest);
        Assert.Null(snapshots.Load("a"));
        Assert.Single(Files);
    }

    [Fact]
    public void Operations_of_one_id_take_effect_in_the_order_of_their_arrival()
    {
        var kit = Start();
        var snapshots = SnapshotsOf(kit);
        for (var round = 0; round < 50; round++)
        {
            var saves = Enumerable.Range(1, 4).Select(i =>
                snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", (round * 10) + i, Noon), new TestEvent("plain", new byte[i % 2 == 0 ? 10 : 100_000])))).ToList();
            Assert.Equal((round * 10) + 4, snapshots.Load("a")!.Metadata.SequenceNr);
            snapshots.Send(new DeleteSnapshot(new SnapshotMetadata("a", (round * 10) + 4, default)));
            Assert.Equal((round * 10) + 3, snapshots.Load("a")!.Metadata.SequenceNr);
            saves.ForEach(save => save.ExpectMsg<SaveSnapshotSuccess>(TimeSpan.FromSeconds(60)));
        }
    }

    [Fact]
    public void A_snapshot_that_cannot_be_serialized_fails_its_save_only()
    {
        var snapshots = SnapshotsOf(Start());
        snapshots.Save("a", 1, TestEvent.Plain("x"));

        var failure = snapshots.Send(new SaveSnapshot(new SnapshotMetadata("a", 2, default), TestEvent.Unserializable)).ExpectMsg<SaveSnapshotFailure>(TimeSpan.FromSeconds(60));

        Assert.Equal("This event cannot be serialized.", failure.Cause.Message);
        Assert.Equal("x", TextOf(snapshots.Load("a")));
        Assert.Single(Files);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Every_flipped_byte_and_every_length_of_the_newest_snapshot_fails_the_load_with_its_file(int compressionBytesMin)
    {
        var kit = Start($"akka.persistence.wal.snapshot-compression-bytes-min = {compressionBytesMin}");
        SnapshotsOf(kit).Save("a", 1, TestEvent.Plain("older"));
        SnapshotsOf(kit).Save("a", 2, TestEvent.Plain("newest" + new string('x', 100)));
        await EndAsync(kit);
        var file = Files[^1];
        var intact = File.ReadAllBytes(file);

        for (var i = 0; i < intact.Length; i++)
        {
            var flipped = intact.ToArray();
            flipped[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(file, flipped);
            await AssertDamaged(file);
            File.WriteAllBytes(file, intact.AsSpan(0, i));
            await AssertDamaged(file);
        }

        File.WriteAllBytes(file, [.. intact, 0]);
        await AssertDamaged(file);
        File.WriteAllBytes(file, intact);
        var files = SnapshotFiles.Open(PhysicalFileSystem.Instance, SnapshotDirectory, 0);
        Assert.Equal(2, (await files.LoadAsync("a", SnapshotSelectionCriteria.Latest, default))!.Value.Header.SequenceNr);
    }

    private async Task AssertDamaged(string file)
    {
        var files = SnapshotFiles.Open(PhysicalFileSystem.Instance, SnapshotDirectory, 0);
        var damage = await Assert.ThrowsAsync<CorruptionException>(() => files.LoadAsync("a", SnapshotSelectionCriteria.Latest, default));
        Assert.Equal(file, damage.File);
    }

    [Fact]
    public async Task A_damaged_snapshot_can_be_deleted_by_its_number()
    {
        var kit = Start();
        SnapshotsOf(kit).Save("a", 1, TestEvent.Plain("older"));
        SnapshotsOf(kit).Save("a", 2, TestEvent.Plain("newest"));
        await EndAsync(kit);
        File.WriteAllBytes(Files[^1], [1, 2, 3]);
        var snapshots = SnapshotsOf(Start());

        Assert.Throws<CorruptionException>(() => snapshots.Load("a"));
        snapshots.Delete("a", 2);

        Assert.Equal("older", TextOf(snapshots.Load("a")));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_with_its_version()
    {
        var kit = Start();
        SnapshotsOf(kit).Save("a", 1, TestEvent.Plain("x"));
        await EndAsync(kit);
        var bytes = File.ReadAllBytes(Files[0]);
        bytes[8] = 9;
        BitConverter.TryWriteBytes(bytes.AsSpan(12), System.IO.Hashing.Crc32.HashToUInt32(bytes.AsSpan(0, 12)));
        File.WriteAllBytes(Files[0], bytes);

        var refused = Assert.Throws<UnsupportedFormatException>(() => SnapshotsOf(Start()).Load("a"));

        Assert.Equal(9, refused.FoundVersion);
    }

    [Fact]
    public async Task A_vanished_file_fails_the_load()
    {
        var kit = Start();
        SnapshotsOf(kit).Save("a", 1, TestEvent.Plain("x"));
        await EndAsync(kit);
        var second = Start();
        Assert.Equal("x", TextOf(SnapshotsOf(second).Load("a")));
        File.Delete(Files[0]);

        Assert.Throws<CorruptionException>(() => SnapshotsOf(second).Load("a"));
    }

    [Fact]
    public async Task Left_over_temporary_files_are_removed_and_foreign_files_are_left_alone()
    {
        var kit = Start();
        SnapshotsOf(kit).Save("a", 1, TestEvent.Plain("x"));
        await EndAsync(kit);
        File.WriteAllText(Files[0] + ".tmp", "half a snapshot");
        File.WriteAllText(Path.Combine(SnapshotDirectory, "notes.txt"), "not ours");

        Assert.Equal("x", TextOf(SnapshotsOf(Start()).Load("a")));
        Assert.Equal(["notes.txt"], Files.Select(Path.GetFileName).Where(name => !name!.EndsWith(".snapshot", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ids_with_the_same_hash_are_kept_apart()
    {
        var files = SnapshotFiles.Open(PhysicalFileSystem.Instance, SnapshotDirectory, 0, static _ => 42);
        foreach (var id in new[] { "a", "b" })
        {
            await files.SaveAsync(new SnapshotMetadata(id, 5, Noon), () => new SerializedSnapshot(1, "m", [(byte)id[0]]), default);
        }

        files = SnapshotFiles.Open(PhysicalFileSystem.Instance, SnapshotDirectory, 0, static _ => 42);
        Assert.Equal((byte)'a', (await files.LoadAsync("a", SnapshotSelectionCriteria.Latest, default))!.Value.Payload[0]);
        await files.DeleteAsync("a", SnapshotSelectionCriteria.Latest, default);
        await files.RemoveSupersededAsync(new SnapshotMetadata("b", 5, Noon));
        Assert.Null(await files.LoadAsync("a", SnapshotSelectionCriteria.Latest, default));
        Assert.Equal((byte)'b', (await files.LoadAsync("b", SnapshotSelectionCriteria.Latest, default))!.Value.Payload[0]);
        Assert.Null(await files.LoadAsync("c", SnapshotSelectionCriteria.Latest, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task Compressed_snapshots_of_any_size_come_back(int bytes)
    {
        const string Settings = "akka.persistence.wal.snapshot-compression-bytes-min = 1";
        var payload = new byte[bytes];
        new Random(7).NextBytes(payload.AsSpan(0, bytes / 3));
        var kit = Start(Settings);
        SnapshotsOf(kit).Save("a", 1, new TestEvent("plain", payload));
        await EndAsync(kit);
        Assert.True(bytes < 1000 || new FileInfo(Files[0]).Length < bytes);

        Assert.True(payload.AsSpan().SequenceEqual(((TestEvent)SnapshotsOf(Start()).Load("a")!.Snapshot).Bytes));
    }
}
