using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>
/// What all shards of a database may hold in memory together: their rows and the writes on their way. Growth beyond it is refused before it is
/// allocated. Any thread.
/// </summary>
internal sealed class MemoryBudget(long bytesMax)
{
    private long _used;

    /// <summary>Bytes counted now.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>Takes the bytes of a write that makes a shard grow.</summary>
    /// <exception cref="CapacityExceededException">They do not fit.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) > bytesMax)
        {
            Interlocked.Add(ref _used, -bytes);
            throw new CapacityExceededException("memory of the database", string.Create(CultureInfo.InvariantCulture, $"{bytesMax} bytes"));
        }
    }

    /// <summary>Corrects what is counted; never refused.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _used, bytes);
}
