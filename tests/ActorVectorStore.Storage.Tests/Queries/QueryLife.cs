using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>A shard with vectors of every kind and its twin, which have lived through the same events, with a pin on the way.</summary>
internal sealed class QueryLife : IDisposable
{
    private const string Pin = "then";

    private readonly DictionaryShard _twin = new();

    private QueryLife()
    {
    }

    public ShardStore Store { get; } = Shards.Empty(QueryGens.Schema());

    /// <summary>Lives through a log.</summary>
    /// <param name="log">The events.</param>
    /// <param name="upkeep">Whether a flush and a compaction come after each, by their low bits.</param>
    /// <param name="isIndexed">Whether there are payload indexes of the fields that points are filtered and grouped by.</param>
    public static QueryLife Of(ShardOperation[][] log, int[] upkeep, bool isIndexed = true)
    {
        var life = new QueryLife();
        if (isIndexed)
            life.Apply([.. new[] { "g", "g[]", "n" }.SelectMany(path => new[] { PayloadIndexKind.Keyword, PayloadIndexKind.Integer }.Select(kind => new CreatePayloadIndex(new PayloadIndex(PayloadPath.Parse(path), kind))))]);
        for (var i = 0; i < log.Length; i++)
        {
            life.Apply(i == log.Length / 2 ? [.. log[i], new PinIndex(PinName.Parse(Pin))] : log[i]);
            if ((upkeep[i] & 1) == 0)
                life.Store.Flush();
            if ((upkeep[i] & 2) == 0)
                life.Store.Compact(everything: (upkeep[i] & 4) == 0);
        }

        return life;
    }

    /// <summary>Asserts of what is there now, and of what was there at the pin.</summary>
    public void AssertViews(Action<ReadView, NaiveQuery> assert)
    {
        using (var view = Store.OpenView())
            assert(view, TwinOf(_twin));
        using var pinned = Store.OpenView(Pin);
        assert(pinned, TwinOf(_twin.At(Pin)));
    }

    public void Dispose() => Store.Dispose();

    private void Apply(ShardOperation[] operations)
    {
        Store.Apply(Store.AppliedIndex + 1, operations);
        _twin.Apply(Store.AppliedIndex, operations);
    }

    private static NaiveQuery TwinOf(DictionaryShard twin) => new(QueryGens.Vectors, [.. twin.Ids.Select(id => twin.Get(id)!.Value.Point)]);
}
