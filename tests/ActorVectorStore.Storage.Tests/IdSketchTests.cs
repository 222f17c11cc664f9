using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

public sealed class IdSketchTests
{
    [Fact]
    public void No_id_that_is_there_is_denied_and_few_are_suspected_that_are_not()
    {
        var random = new SeededRandom(5);
        var ids = Enumerable.Range(0, 20_000).Select(n => n % 2 == 0 ? PointId.FromNumber((ulong)n) : PointId.FromUuid(RandomUuid(random))).ToArray();
        var sketch = new IdSketch(ids, ids.Length);
        Assert.All(ids, id => Assert.True(sketch.MayHave(id)));
        var suspected = Enumerable.Range(0, 20_000).Count(n => sketch.MayHave(n % 2 == 0 ? PointId.FromNumber((ulong)n + 1_000_000) : PointId.FromUuid(RandomUuid(random))));
        Assert.InRange(suspected, 0, 1_000);
    }

    [Fact]
    public void A_sketch_of_nothing_denies_everything() => Assert.False(new IdSketch([], 0).MayHave(PointId.FromNumber(1)));

    private static Guid RandomUuid(SeededRandom random) => new(random.Next(int.MaxValue), (short)random.Next(30_000), 3, 4, 5, 6, 7, 8, 9, 10, 11);
}
