namespace ActorVectorStore.Persistence;

/// <summary>
/// Runs the work of each persistence id in the order of the calls, and that of different ids side by side. Any thread may call; the ticket is
/// taken before the call returns. Holds memory only for ids with work under way.
/// </summary>
internal sealed class StreamTurns(bool isOrdered = true)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _last = new(StringComparer.Ordinal);

    /// <summary>A task that ends, and never fails, when all work of the id that was accepted before this call has ended; null if there is none.</summary>
    public Task? Pending(string persistenceId)
    {
        lock (_gate)
        {
            return isOrdered ? _last.GetValueOrDefault(persistenceId) : null;
        }
    }

    /// <summary>Runs <paramref name="work"/> after all earlier work of the id has ended, well or not.</summary>
    public async Task<T> RunAsync<T>(string persistenceId, Func<Task<T>> work)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? earlier;
        lock (_gate)
        {
            earlier = isOrdered ? _last.GetValueOrDefault(persistenceId) : null;
            _last[persistenceId] = turn.Task;
        }

        try
        {
            if (earlier is not null)
            {
                await earlier.ConfigureAwait(false);
            }

            return await work().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                if (_last.GetValueOrDefault(persistenceId) == turn.Task)
                {
                    _last.Remove(persistenceId);
                }
            }

            turn.SetResult();
        }
    }

    /// <summary>Ends when all work accepted before this call has ended.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_last.Values);
        }
    }
}
