using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>The writes of one shard: those that wait, and those that are folded into the one event under way. Used by its actor only.</summary>
internal sealed class PendingWrites
{
    private readonly Queue<ShardWrite> _waiting = new();
    private readonly List<ShardWrite> _underWay = [];

    /// <summary>The operations under way, in the order of their event.</summary>
    public IReadOnlyList<ShardOperation> Operations => [.. _underWay.SelectMany(write => write.Operations)];

    /// <summary>Whether writes wait to be folded.</summary>
    public bool IsAnyWaiting => _waiting.Count > 0;

    public void Enqueue(ShardWrite write) => _waiting.Enqueue(write);

    /// <summary>Fails the writes that are not folded yet.</summary>
    public void FailWaiting(Exception cause)
    {
        while (_waiting.TryDequeue(out var write))
        {
            write.Fail(cause);
        }
    }

    /// <summary>The next event, of as many waiting writes as fit; none as long as one is under way.</summary>
    /// <param name="refuse">Asked of each before it is folded: why it must not be logged, or null. Such a write fails, and the others go on.</param>
    /// <param name="shardEvent">The event's bytes.</param>
    public bool TryFold(Func<ShardWrite, Exception?> refuse, out ReadOnlyMemory<byte> shardEvent)
    {
        shardEvent = default;
        if (_underWay.Count > 0 || _waiting.Count == 0)
        {
            return false;
        }

        long bytes = 0;
        while (_waiting.TryPeek(out var next) && Fits(next, bytes))
        {
            _waiting.Dequeue();
            if (refuse(next) is { } cause)
            {
                next.Fail(cause);
                continue;
            }

            bytes += next.EventBytes;
            _underWay.Add(next);
        }

        if (_underWay.Count == 0)
        {
            return false;
        }

        // Each write comes as an event of its own: one alone is taken as it is.
        shardEvent = _underWay.Count == 1 ? _underWay[0].Event : OperationCodec.Join(_underWay.ConvertAll(write => write.Event));
        return true;
    }

    /// <summary>The event under way is durable and applied.</summary>
    /// <param name="index">Its log index.</param>
    /// <param name="outcomes">What came of each of <see cref="Operations"/>.</param>
    public void Complete(long index, IReadOnlyList<OperationOutcome> outcomes)
    {
        for (var i = 0; i < _underWay.Count; i++)
        {
            _underWay[i].Complete(index, outcomes[i]);
        }

        _underWay.Clear();
    }

    private bool Fits(ShardWrite next, long bytes) => _underWay.Count == 0
        || (!next.IsAlone
            && !_underWay[0].IsAlone
            && bytes + next.EventBytes <= ModelLimits.BatchBytesMax
            && _underWay.Count < ModelLimits.OperationsPerEventMax);
}
