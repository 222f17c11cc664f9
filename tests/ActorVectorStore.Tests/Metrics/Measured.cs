using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>The databases that tests of metrics measure: one collection, one shard, small segments.</summary>
internal static class Measured
{
    public const int Dimension = 64;

    public static CollectionSchema Schema { get; } = new(CollectionName.Parse("things"), Dimension, Distance.Cosine);

    public static PayloadIndex Index { get; } = new(PayloadPath.Parse("n"), PayloadIndexKind.Integer);

    public static TimeSpan Watchdog { get; } = TimeSpan.FromMinutes(2);

    public static VectorDatabaseOptions Options { get; } = new() { LogSegmentBytes = 256 << 10, CheckpointEventBytes = 1 << 30, SegmentMemoryBytes = 1 << 20 };

    public static async Task<VectorDatabase> CreateAsync(IFileSystem disk, string directory, VectorDatabaseOptions? options = null)
    {
        var database = await VectorDatabase.OpenAsync(directory, options ?? Options, disk);
        await database.CreateCollectionAsync(Schema);
        await database.CreatePayloadIndexAsync(Schema.Name, Index);
        return database;
    }

    public static Task UpsertAsync(VectorDatabase database, int first, int count) =>
        database.UpsertAsync(Schema.Name, [.. Enumerable.Range(first, count).Select(PointOf)]);

    public static Point PointOf(int number)
    {
        var random = new SeededRandom((ulong)number);
        var vector = new float[Dimension];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = (float)random.NextDouble() - 0.5f;
        return new Point(PointId.FromNumber((ulong)number), vector, Payload.Parse($$"""{"n":{{number}},"text":"{{Convert.ToHexString(random.Bytes(50))}}"}"""));
    }
}
