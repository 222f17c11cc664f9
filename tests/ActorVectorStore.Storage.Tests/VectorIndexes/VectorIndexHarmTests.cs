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
}
