using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using static ActorVectorStore.Storage.Tests.IndexedShards;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Vector indexes under what happens to shards: unusual vectors, leftovers of crashes, disks that refuse, bytes that no build wrote.</summary>
public sealed class VectorIndexHarmTests
{
    [Fact]
    public void Indexed_segments_with_vectors_without_a_direction_are_merged()
    {
        using var store = Shards.Empty(Schema(4, Distance.Cosine));
        for (var part = 0; part < 2; part++)
        {
            Point[] points = [.. Points(new SeededRandom((ulong)part), 200 * part, 200, 4).Select((point, i) => i % 2 == 0 ? new Point(point.Id, new float[4], point.Payload) : point)];
            store.Apply(part + 1, [new UpsertPoints(points)]);
            store.Flush().Index();
        }

        store.Compact();
        Assert.Null(store.BeginVectorIndex());
        using var view = store.OpenView();
        Assert.Equal(1, Recall(view, [new SearchRequest { Vector = new float[] { 1, 2, 3, 4 }, Limit = 50 }, new SearchRequest { Vector = new float[] { -1, 2, 3, -4 }, Limit = 400 }]));
    }

    [Theory]
    [InlineData(AtomicReplacement.TemporaryEnding)]
    [InlineData(VectorIndexDraft.Ending + AtomicReplacement.TemporaryEnding)]
    public void Leftovers_are_not_taken_away_from_a_build_that_writes_them_anew(string ending)
    {
        var schema = Schema(4, Distance.Cosine);
        var disk = new SimulatedFileSystem(1);
        using var store = Shards.Empty(schema, disk: disk);
        store.Apply(1, [new UpsertPoints(Points(new SeededRandom(1), 0, 300, 4))]);
        var manifest = store.Flush().Checkpoint()!;
        var segment = Assert.Single(disk.ListFiles("shard"));
        var path = Path.Combine("shard", Path.GetFileNameWithoutExtension(segment) + "-00.idx" + ending);
        disk.ReplaceFile(path, new byte[10]);
        using var reopened = ShardStore.Open(schema, Shards.Place(disk), null, manifest, "test");
        var work = reopened.BeginVectorIndex()!;
        var isRemoved = false;
        disk.OperationEnded = _ =>
        {
            if (isRemoved || !disk.FileExists(path) || disk.ReadFile(path).Length == 10)
                return;
            isRemoved = true;
            reopened.RemoveUnreferencedFiles();
        };
        work.Run(IndexRun.Alone with { DraftVectors = 100 });
        reopened.Complete(work);
        Assert.True(isRemoved);
        Assert.True(reopened.Statistics.VectorIndexBytes > 0);
    }
}
