using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>A shard and its twin that have lived through the same events, with indexes of all kinds created on the way, and a pin.</summary>
internal sealed class FieldLife : IDisposable
{
    public const int Dimension = 1;

    private const string Pin = "then";

    private readonly DictionaryShard _twin = new();

    private FieldLife()
    {
    }

    public static IReadOnlyList<PayloadPath> Paths { get; } = [.. new[] { "a", "b", "a.b", "b[]", "c" }.Select(PayloadPath.Parse)];

    public ShardStore Store { get; } = Shards.Empty(Shards.Schema(Dimension, Distance.Dot));

    /// <summary>Lives through a log.</summary>
    /// <param name="log">The events.</param>
    /// <param name="upkeep">Whether a flush and a compaction come after each, by their low bits.</param>
    /// <param name="kinds">Kinds of indexes to create on each path.</param>
    /// <param name="createdAt">The event at which the indexes are created; the pin comes at the next one.</param>
    public static FieldLife Of(ShardOperation[][] log, int[] upkeep, IReadOnlyList<PayloadIndexKind> kinds, int createdAt)
    {
        var life = new FieldLife();
        createdAt = Math.Min(createdAt, log.Length);
        for (var i = 0; i <= log.Length; i++)
        {
            ShardOperation[] added = i == createdAt
                ? [.. Paths.SelectMany(path => kinds.Select(kind => new CreatePayloadIndex(new PayloadIndex(path, kind))))]
                : i == createdAt + 1 ? [new PinIndex(PinName.Parse(Pin))] : [];
            life.Apply([.. i < log.Length ? log[i] : [], .. added]);
            if ((upkeep[i] & 1) == 0)
                life.Store.Flush();
            if ((upkeep[i] & 2) == 0)
                life.Store.Compact(everything: (upkeep[i] & 4) == 0);
        }

        return life;
    }

    /// <summary>Asserts of what is there now, and of what was there at the pin.</summary>
    public void AssertViews(Action<ReadView, IReadOnlyList<Point>> assert)
    {
        using (var view = Store.OpenView())
            assert(view, PointsOf(_twin));
        if (!_twin.Pins.ContainsKey(Pin))
            return;
        using var pinned = Store.OpenView(Pin);
        assert(pinned, PointsOf(_twin.At(Pin)));
    }

    public void Dispose() => Store.Dispose();

    private void Apply(ShardOperation[] operations)
    {
        Store.Apply(Store.AppliedIndex + 1, operations);
        _twin.Apply(Store.AppliedIndex, operations);
    }

    private static Point[] PointsOf(DictionaryShard twin) => [.. twin.Ids.Select(id => twin.Get(id)!.Value.Point)];
}
