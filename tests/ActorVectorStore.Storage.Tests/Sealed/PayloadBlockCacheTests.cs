namespace ActorVectorStore.Storage.Tests;

public sealed class PayloadBlockCacheTests
{
    [Fact]
    public void The_bytes_of_the_blocks_that_are_kept_are_counted()
    {
        var (cache, owner) = (new PayloadBlockCache(blocksMax: 1), new object());
        Assert.Equal(0, cache.HeldBytes);
        cache.Keep(owner, 0, new byte[100]);
        cache.Keep(owner, 1, new byte[70]);
        Assert.Equal(70, cache.HeldBytes);
        Assert.Null(cache.Find(owner, 0));
        cache.Keep(owner, 2, new byte[SealedSegmentFormat.PayloadBlockBytesTarget + 1]);
        Assert.Equal(70, cache.HeldBytes);
        Assert.NotNull(cache.Find(owner, 1));
    }
}
