namespace ActorVectorStore;

/// <summary>Where reads run: on threads of the pool, no more at a time, over all requests, than there are processors; the others wait. Safe from any thread.</summary>
// The semaphore is not disposed of: it holds something only once its wait handle is asked for, and reads may still wait when the database is closed.
#pragma warning disable CA1001
internal sealed class ReaderSlots
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _slots = new(Count);

    /// <summary>Reads at work at a time, at most.</summary>
    public static int Count => Environment.ProcessorCount;

    /// <summary>
    /// Takes a slot for a short read on the calling thread, if that is one of the pool and there is a slot; whoever gets it calls <see cref="Leave"/>.
    /// </summary>
    public bool TryEnter() => Thread.CurrentThread.IsThreadPoolThread && _slots.Wait(0);

    /// <summary>Gives a slot back.</summary>
    public void Leave() => _slots.Release();

    /// <summary>
    /// Runs a read that takes less time than handing it to another thread, which begins with cold caches: on the calling thread, if that is one of the pool and there is a slot, before this returns.
    /// Otherwise as <see cref="RunAsync"/> does.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled before it ran.</exception>
    public async Task<T> RunShortAsync<T>(Func<T> read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!TryEnter())
            return await RunAsync(read, cancellation).ConfigureAwait(false);
        try
        {
            return read();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Runs a read as soon as there is a slot.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it ran.</exception>
    public async Task<T> RunAsync<T>(Func<T> read, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(read, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }
}
