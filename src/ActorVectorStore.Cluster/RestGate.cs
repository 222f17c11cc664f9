namespace ActorVectorStore.Cluster;

/// <summary>
/// Counts the uses of a shard, and lets it rest only while there are none: who comes while it comes to rest is counted, and waits until it is put away. So nobody
/// uses what is being put away, and nobody is turned away. Any thread, but coming to rest: the shard's actor and its host, one after the other.
/// </summary>
internal sealed class RestGate
{
    // So far below zero that no number of those who wait makes it positive.
    private const long Resting = long.MinValue / 2;

    private long _uses;
    private bool _wasUsed;
    private TaskCompletionSource? _rest;

    /// <summary>Begins a use; waits, if the shard is coming to rest, until it does not any more. Cancelled or not, a use that began is to be ended.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting: the use did not begin.</exception>
    public ValueTask EnterAsync(CancellationToken cancellation)
    {
        // Written only when it changes: readers on all processors share the line.
        if (!Volatile.Read(ref _wasUsed))
        {
            Volatile.Write(ref _wasUsed, true);
        }

        return Interlocked.Increment(ref _uses) > 0 ? ValueTask.CompletedTask : AwaitRestAsync(cancellation);
    }

    /// <summary>Begins a use if the shard is not coming to rest.</summary>
    public bool TryEnter()
    {
        var uses = Volatile.Read(ref _uses);
        while (uses >= 0)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    /// <summary>Ends a use.</summary>
    public void Leave() => Interlocked.Decrement(ref _uses);

    /// <summary>Whether there has been no use since this was asked last.</summary>
    public bool IsQuietSinceLastAsked()
    {
        // One that lasts is one until it ends: who asks next must hear of it.
        var isUsed = Volatile.Read(ref _uses) != 0;
        return !Interlocked.Exchange(ref _wasUsed, isUsed) && !isUsed;
    }

    /// <summary>Comes to rest, if there is no use and has been none since the question before: until <see cref="EndRest"/> nobody enters.</summary>
    public bool TryRest()
    {
        // Who still looks at the rest before is counted.
        if (Volatile.Read(ref _wasUsed) || Volatile.Read(ref _uses) != 0)
        {
            return false;
        }

        Volatile.Write(ref _rest, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return Interlocked.CompareExchange(ref _uses, Resting, 0) == 0;
    }

    /// <summary>The shard is put away: who waits goes on.</summary>
    public void EndRest()
    {
        Interlocked.Add(ref _uses, -Resting);
        StopWaiting();
    }

    /// <summary>Who waits shall wait no longer: the shard is gone for good.</summary>
    public void StopWaiting() => Volatile.Read(ref _rest)?.TrySetResult();

    private async ValueTask AwaitRestAsync(CancellationToken cancellation)
    {
        try
        {
            await Volatile.Read(ref _rest)!.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Leave();
            throw;
        }
    }
}
