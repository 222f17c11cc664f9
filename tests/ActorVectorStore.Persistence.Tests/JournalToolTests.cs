using System.Text;
using System.Text.Json;
using Akka.Persistence.Journal;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

public sealed class JournalToolTests : PersistenceTest
{
    private readonly JournalTool _tool = new(PhysicalFileSystem.Instance);

    private async Task WriteSomething()
    {
        var kit = Start();
        var journal = JournalOf(kit);
        journal.WriteAll("a", 1, [TestEvent.Plain("gone"), new Tagged(TestEvent.Plain("""{"x":[1,2]}"""), ["t", "s"]), new TestEvent("plain", [255, 0, 1])]);
        journal.WriteTexts("ü/b", 1, 2);
        journal.DeleteTo("a", 1);
        SnapshotsOf(kit).Save("a", 3, TestEvent.Plain("snapshot"));
        SnapshotsOf(kit).Save("b", 1, TestEvent.Plain("snapshot"));
        await EndAsync(kit);
    }

    [Fact]
    public async Task Inspection_counts_what_is_there()
    {
        await WriteSomething();

        var inspection = _tool.Inspect(DataDirectory);

        Assert.Equal(2, inspection.Log.Streams);
        Assert.Equal(5, inspection.Log.PublishedOrdinal);
        Assert.Equal(2, inspection.Snapshots);
        Assert.True(inspection.SnapshotBytes > 100);
    }

    [Fact]
    public async Task A_sound_directory_verifies_without_problems()
    {
        await WriteSomething();

        var verification = _tool.Verify(DataDirectory);

        Assert.Empty(verification.Problems);
        Assert.Equal(4, verification.Events);
        Assert.Equal(2, verification.Snapshots);
    }

    [Fact]
    public async Task Verification_lists_a_damaged_snapshot_and_a_damaged_frame()
    {
        await WriteSomething();
        var snapshot = Directory.GetFiles(Path.Combine(DataDirectory, "snapshots"))[0];
        Flip(snapshot, -9);
        var segment = Directory.GetFiles(DataDirectory).First(file => File.ReadAllBytes(file).AsSpan().IndexOf("b-1"u8) >= 0);
        Flip(segment, File.ReadAllBytes(segment).AsSpan().IndexOf("b-1"u8));

        var problems = _tool.Verify(DataDirectory).Problems;

        Assert.Equal(new[] { segment, snapshot }.Order(), problems.Select(problem => problem.File).Order());
    }

    [Fact]
    public async Task An_export_has_a_line_per_event_in_the_order_of_the_ordinals()
    {
        await WriteSomething();
        using var target = new MemoryStream();

        var count = await _tool.ExportAsync(DataDirectory, target);

        var lines = Encoding.UTF8.GetString(target.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(4, count);
        Assert.Equal([2L, 3L, 4L, 5L], lines.Select(line => line.GetProperty("ordinal").GetInt64()));
        Assert.Equal(2, lines[0].GetProperty("json").GetProperty("x")[1].GetInt32());
        Assert.Equal(["s", "t"], lines[0].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal([255, 0, 1], lines[1].GetProperty("base64").GetBytesFromBase64());
        Assert.Equal("ü/b", lines[2].GetProperty("persistenceId").GetString());
        Assert.Equal(90210, lines[2].GetProperty("serializerId").GetInt32());
        Assert.Equal("plain", lines[2].GetProperty("manifest").GetString());
    }

    [Fact]
    public async Task A_missing_directory_is_said_to_be_missing_and_not_created()
    {
        Assert.Throws<DirectoryNotFoundException>(() => _tool.Inspect(DataDirectory));
        Assert.Throws<DirectoryNotFoundException>(() => _tool.Verify(DataDirectory));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => _tool.ExportAsync(DataDirectory, Stream.Null));
        Assert.False(Directory.Exists(DataDirectory));
    }

    [Fact]
    public async Task A_directory_in_use_is_refused()
    {
        await WriteSomething();
        using var other = PhysicalFileSystem.Instance.LockDirectory(DataDirectory);

        Assert.Throws<DirectoryLockedException>(() => _tool.Inspect(DataDirectory));
        Assert.Throws<DirectoryLockedException>(() => _tool.Verify(DataDirectory));
        await Assert.ThrowsAsync<DirectoryLockedException>(() => _tool.ExportAsync(DataDirectory, Stream.Null));
    }

    [Fact]
    public async Task An_export_of_a_damaged_log_names_the_damage_and_modifies_nothing()
    {
        await WriteSomething();
        var segment = Directory.GetFiles(DataDirectory).First(file => File.ReadAllBytes(file).AsSpan().IndexOf("b-1"u8) >= 0);
        Flip(segment, File.ReadAllBytes(segment).AsSpan().IndexOf("b-1"u8));
        var before = Directory.GetFiles(DataDirectory, "*.wal").ToDictionary(file => file, File.ReadAllBytes);

        var damage = await Assert.ThrowsAsync<CorruptionException>(() => _tool.ExportAsync(DataDirectory, Stream.Null));

        Assert.Equal(segment, damage.File);
        Assert.All(before, file => Assert.True(file.Value.AsSpan().SequenceEqual(File.ReadAllBytes(file.Key))));
    }

    [Fact]
    public async Task A_large_payload_that_is_no_json_is_exported_whole()
    {
        var payload = new byte[20 << 20];
        new Random(20).NextBytes(payload);
        var kit = Start();
        JournalOf(kit).Write("a", 1, new TestEvent("plain", payload));
        await EndAsync(kit);
        using var target = new MemoryStream();

        Assert.Equal(1, await _tool.ExportAsync(DataDirectory, target));

        var line = JsonDocument.Parse(target.ToArray().AsMemory(0, (int)target.Length - 1)).RootElement;
        Assert.True(payload.AsSpan().SequenceEqual(line.GetProperty("base64").GetBytesFromBase64()));
    }

    private static void Flip(string file, int index)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[index < 0 ? bytes.Length + index : index] ^= 4;
        File.WriteAllBytes(file, bytes);
    }
}
