using System.Runtime.CompilerServices;
using Akka.Persistence;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>
/// The bytes of format version 1, for ever. To write the files of a <b>new</b> version run the tests with AVS_REWRITE_TESTDATA=1; the files of a
/// version that was released are never rewritten.
/// </summary>
public sealed class GoldenFileTests
{
    private const string BatchFile = "event-batch-v1.golden";
    private const string SnapshotFile = "snapshot-v1.golden";

    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void An_event_batch_is_written_as_recorded()
    {
        var builder = new EventBatchBuilder();
        builder.Begin(7, Noon.Ticks);
        builder.Add("00112233-4455-6677-8899-aabbccddeeff", "adapter-v2", 7, "manifest", ["s", "t"], [1, 2, 3]);
        builder.Add("00112233-4455-6677-8899-aabbccddeeff", "adapter-v2", 7, "manifest", ["s", "t"], []);
        builder.Add("not a GUID", "", -1, "ü", [], new byte[200]);

        Compare(BatchFile, builder.Take("a").Batch.Payload.ToArray());
    }

    [Fact]
    public void An_event_batch_is_read_as_recorded()
    {
        using var events = new EventBatchReader();
        events.Open(new StoredBatch("a", 7, 3, 1, new WalPosition(1, 64), Read(BatchFile)));

        Assert.True(events.MoveNext());
        Assert.Equal((7, Noon.Ticks, "00112233-4455-6677-8899-aabbccddeeff"), (events.SequenceNr, events.Timestamp, events.Shape.WriterGuid));
        Assert.Equal(("adapter-v2", 7, "manifest"), (events.Shape.AdapterManifest, events.Shape.SerializerId, events.Shape.SerializerManifest));
        Assert.Equal(["s", "t"], events.Shape.Tags);
        Assert.Equal([1, 2, 3], events.Payload.ToArray());
        Assert.True(events.MoveNext());
        Assert.Empty(events.Payload.ToArray());
        Assert.True(events.MoveNext());
        Assert.Equal(("not a GUID", "", -1, "ü", 200), (events.Shape.WriterGuid, events.Shape.AdapterManifest, events.Shape.SerializerId, events.Shape.SerializerManifest, events.Payload.Length));
        Assert.False(events.MoveNext());
    }

    [Fact]
    public async Task A_snapshot_file_is_written_as_recorded() => await WithDirectory(async directory =>
    {
        var files = SnapshotFiles.Open(PhysicalFileSystem.Instance, directory, 0);

        await files.SaveAsync(new SnapshotMetadata("köln-1", 42, Noon), () => new SerializedSnapshot(9, "manifest", [1, 2, 3]), default);

        Compare(SnapshotFile, File.ReadAllBytes(Directory.GetFiles(directory).Single()));
    });

    [Fact]
    public async Task A_snapshot_file_is_read_as_recorded() => await WithDirectory(async directory =>
    {
        File.WriteAllBytes(Path.Combine(directory, new SnapshotFileName(SnapshotFiles.HashOf("köln-1"), 42, 1).ToString()), Read(SnapshotFile));
        var files = SnapshotFiles.Open(PhysicalFileSystem.Instance, directory, 0);

        var (header, payload) = (await files.LoadAsync("köln-1", SnapshotSelectionCriteria.Latest, default))!.Value;

        Assert.Equal(("köln-1", 42, Noon.Ticks, 9, "manifest"), (header.PersistenceId, header.SequenceNr, header.Timestamp, header.SerializerId, header.Manifest));
        Assert.Equal([1, 2, 3], payload);
    });

    private static async Task WithDirectory(Func<string, Task> test)
    {
        var directory = Directory.CreateTempSubdirectory("avs-golden-").FullName;
        try
        {
            await test(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", file));

    private static void Compare(string file, byte[] bytes)
    {
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            File.WriteAllBytes(Path.Combine(SourceDirectory(), "testdata", file), bytes);
        }
        else
        {
            Assert.Equal(Read(file), bytes);
        }
    }

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
