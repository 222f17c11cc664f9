using ActorVectorStore.Wal;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>What a health check says of an engine.</summary>
internal static class EngineHealth
{
    /// <summary>The framework's own result (its circuit breaker) made worse by what the engine knows.</summary>
    public static async Task<PersistenceHealthCheckResult> CheckAsync(Task<PersistenceHealthCheckResult> framework, WalStore? store, Exception? openFailure)
    {
        var result = await framework.ConfigureAwait(false);
        if (store is null)
        {
            return NotOpen(openFailure);
        }

        var statistics = store.Log.Statistics;
        var data = result.Data is null ? new Dictionary<string, object>() : new Dictionary<string, object>(result.Data);
        Describe(store, statistics, data);
        if (statistics.Poisoned is { } poisoned)
        {
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "The log stopped writing for good.", poisoned, data);
        }

        if (store.Snapshots.Poisoned is { } snapshots)
        {
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "The snapshot store stopped writing for good.", snapshots, data);
        }

        return result.Status == PersistenceHealthStatus.Healthy
            ? await Task.Run(() => CheckSpace(store, statistics.SpaceProblem, data)).ConfigureAwait(false)
            : result with { Data = data };
    }

    public static PersistenceHealthCheckResult NotOpen(Exception? failure) => failure is null
        ? new PersistenceHealthCheckResult(PersistenceHealthStatus.Degraded, "The engine is being opened.")
        : new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "The engine could not be opened.", failure);

    private static void Describe(WalStore store, WalStatistics statistics, Dictionary<string, object> data)
    {
        data["last-sync-microseconds"] = statistics.LastSyncMicroseconds;
        data["queued-batches"] = statistics.QueuedBatches;
        data["queued-bytes"] = statistics.QueuedBytes;
        data["bytes-under-way"] = store.WriteBudget.Taken;
        data["writes-waiting-for-room"] = store.WriteBudget.Waiting;
        data["segments"] = statistics.Segments;
        data["commits"] = statistics.Commits;
        data["snapshot-files"] = store.Snapshots.Count;
        data["log-poisoned"] = statistics.Poisoned is not null;
        data["snapshots-poisoned"] = store.Snapshots.Poisoned is not null;
    }

    private static PersistenceHealthCheckResult CheckSpace(WalStore store, Exception? problem, Dictionary<string, object> data)
    {
        try
        {
            var available = store.AvailableBytes;
            data["available-bytes"] = available;
            if (problem is null && available >= store.ShortSpaceBytes)
            {
                return new PersistenceHealthCheckResult(PersistenceHealthStatus.Healthy, "The engine is open.", null, data);
            }

            var description = problem is null ? $"The disk has {available} bytes left; expected {store.ShortSpaceBytes} or more." : "The log waits for disk space.";
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Degraded, description, problem, data);
        }
        catch (IOException e)
        {
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Degraded, "The disk does not say how much space it has.", e, data);
        }
    }
}
