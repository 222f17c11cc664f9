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
        data["last-sync-microseconds"] = statistics.LastSyncMicroseconds;
        data["queued-batches"] = statistics.QueuedBatches;
        data["queued-bytes"] = statistics.QueuedBytes;
        data["segments"] = statistics.Segments;
        data["commits"] = statistics.Commits;

        if (statistics.Poisoned is { } poisoned)
        {
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "The log stopped writing for good.", poisoned, data);
        }

        if (store.Snapshots.Poisoned is { } snapshots)
        {
            return new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "The snapshot store stopped writing for good.", snapshots, data);
        }

        return statistics.SpaceProblem is { } space && result.Status == PersistenceHealthStatus.Healthy
            ? new PersistenceHealthCheckResult(PersistenceHealthStatus.Degraded, "The log waits for disk space.", space, data)
            : result with { Data = data };
    }

    public static PersistenceHealthCheckResult NotOpen(Exception? failure) => failure is null
        ? new PersistenceHealthCheckResult(PersistenceHealthStatus.Degraded, "The engine is being opened.")
        : new PersistenceHealthCheckResult(PersistenceHealthStatus.Unhealthy, "The engine could not be opened.", failure);
}
