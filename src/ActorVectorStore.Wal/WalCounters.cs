namespace ActorVectorStore.Wal;

/// <summary>Counters of the work beside the commits; added to by several threads.</summary>
internal sealed class WalCounters
{
    private long _backgroundSyncs;
    private long _backgroundBytes;

    public long BackgroundSyncs => Interlocked.Read(ref _backgroundSyncs);

    public long BackgroundBytes => Interlocked.Read(ref _backgroundBytes);

    public void AddBackgroundSync() => Interlocked.Increment(ref _backgroundSyncs);

    public void AddBackgroundBytes(long bytes) => Interlocked.Add(ref _backgroundBytes, bytes);
}
