using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster.Tests;

public sealed class ShardWriteTests
{
    private const int Points = 10_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void The_memory_that_it_counts_is_about_what_its_decoding_allocates(int namedVectors)
    {
        var write = new ShardWrite(new UpsertPoints([.. Enumerable.Range(1, Points).Select(number => PointOf(number, namedVectors))]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        write.Encode();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(write.Bytes, 0.9 * allocated, 2 * allocated);
    }

    private static Point PointOf(int number, int namedVectors)
    {
        var id = PointId.FromNumber((ulong)number);
        return namedVectors == 0
            ? new Point(id, new float[] { number })
            : new Point(id, new NamedVectors([.. Enumerable.Range(0, namedVectors).Select(name => new NamedVector($"v{name}", new SparseVector(new uint[] { 1 }, new float[] { number })))]));
    }
}
