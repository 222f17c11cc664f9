using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Crash.Writer;

/// <summary>
/// What the writers do, as a function of seed, writer and step: whoever knows these knows the write. Each writer has ids of its own, and few of them,
/// so that most writes replace or delete.
/// </summary>
public static class WriterScript
{
    public const int WriterCount = 4;
    public const int StepsPerCompaction = 10;
    private const int Dimension = 8;
    private const int IdsOfWriter = 40;

    /// <summary>Segments and checkpoints so small that many kills meet a roll, a flush, a compaction or a checkpoint.</summary>
    public static VectorDatabaseOptions Options { get; } = new() { LogSegmentBytes = 64 << 10, CheckpointEventBytes = 4 << 10 };

    public static CollectionSchema Schema { get; } = new(CollectionName.Parse("written"), Dimension, Distance.Cosine, 3);

    /// <summary>The write of a step: the points that it puts, and null for those that it deletes. It does only one of the two.</summary>
    public static IReadOnlyDictionary<PointId, Point?> WriteOf(ulong seed, int writer, int step)
    {
        var random = new SeededRandom(SeededRandom.Mix(SeededRandom.Mix(seed, (ulong)writer), (ulong)step));
        var deletes = random.Chance(0.25);
        var ids = Enumerable.Range(0, 1 + random.Next(12)).Select(_ => IdOf(writer, random.Next(IdsOfWriter))).Distinct().ToArray();
        return ids.ToDictionary(id => id, id => deletes ? null : PointOf(id, step, random));
    }

    private static PointId IdOf(int writer, int n) => n % 5 == 0
        ? PointId.FromUuid(new Guid(writer, (short)n, 3, 4, 5, 6, 7, 8, 9, 10, 11))
        : PointId.FromNumber((ulong)((n * WriterCount) + writer));

    private static Point PointOf(PointId id, int step, SeededRandom random) => new(
        id,
        Enumerable.Range(0, Dimension).Select(_ => (float)random.NextDouble() - 0.5f).ToArray(),
        Payload.Parse($$"""{"step":{{step}},"text":"{{new string('x', random.Next(300))}}"}"""));
}
