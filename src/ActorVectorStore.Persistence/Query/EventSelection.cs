using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Which events a query wants. A selection has a position of its own kind (an ordinal or a sequence number) that grows from event to event.
/// Immutable; its methods run on threads of the pool.
/// </summary>
internal abstract record EventSelection
{
    private protected EventSelection()
    {
    }

    /// <summary>The last position that is there now.</summary>
    public abstract long LastPosition(WriteAheadLog log);

    /// <summary>The position at which the query begins; may read the log.</summary>
    public abstract long FirstPosition(WriteAheadLog log);

    /// <summary>The position behind which even a live query wants nothing.</summary>
    public abstract long Limit { get; }

    /// <summary>The durable batches from a position on.</summary>
    public abstract BatchReader Read(WriteAheadLog log, long from);

    /// <summary>The position of the reader's current event.</summary>
    public abstract long PositionOf(EventBatchReader events);

    /// <summary>Whether the query wants the reader's current event, if its position fits.</summary>
    public abstract bool Wants(EventBatchReader events);
}
