using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>
/// What all shards of a database may hold in memory together: rows that are not on disk yet and the writes on their way. Growth beyond it is refused before it is
/// allocated, and the shards are asked to write to disk what they have. Any thread.
/// </summary>
internal sealed class MemoryBudget(long bytesMax)
{
    private long _used;
    private int _isRelieving;

    /// <summary>Asks the shards to write what they have in memory to disk. Set before the first write.</summary>
    public Action Relieve { get; set; } = () => { };

    /// <summary>Bytes counted now.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>Takes the bytes of a write that makes a shard grow.</summary>
    /// <exception cref="OverloadedException">They do not fit now.</exception>
    /// <exception cref="CapacityExceededException">They would never fit.</exception>
    public void Take(long bytes)
    {
        var limit = string.Create(CultureInfo.InvariantCulture, $"{bytesMax} bytes");
        if (bytes > bytesMax)
        {
            throw new CapacityExceededException("memory of the database", limit);
        }

        if (Interlocked.Add(ref _used, bytes) > bytesMax)
        {
            Interlocked.Add(ref _used, -bytes);
            AskForRelief();
            throw new OverloadedException("memory of the database", limit);
        }
    }

    /// <summary>Corrects what is counted; never refused.</summary>
    public void Add(long bytes)
    {
        // Half of it may be rows that are being written and rows that came meanwhile: from there on shards should not wait until they are full.
        if (Interlocked.Add(ref _used, bytes) > bytesMax / 2)
        {
            AskForRelief();
        }
        else
        {
            Volatile.Write(ref _isRelieving, 0);
        }
    }

    private void AskForRelief()
    {
        if (Interlocked.Exchange(ref _isRelieving, 1) == 0)
        {
            Relieve();
        }
    }
}
