using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>
/// The life of a store on one disk: made, written through snapshots and segment rolls, closed, opened again, written, closed; its shards are put away now and then and
/// come back. The power may go off at any file operation of it, those of all that included.
/// </summary>
internal sealed class StoreLife(SimulatedFileSystem disk) : IAsyncDisposable
{
    private const ulong Seed = 8;
    private const int StepsBetweenOpenings = 30;
    private const int StepsBetweenRests = 10;

    private readonly Workload _workload = new(Seed);
    private VectorDatabase? _database;
    private bool _isCreated;

    /// <summary>Lives; false if the power went off before the end.</summary>
    public async Task<bool> LiveAsync()
    {
        try
        {
            _database = await SimulatedDatabase.OpenAsync(disk);
            await _database.CreateCollectionAsync(Workload.Schema);
            _isCreated = true;
            await WriteAsync();
            _database = await SimulatedDatabase.OpenAsync(disk);
            await WriteAsync();
            return !PowerIsOff();
        }
        catch (Exception) when (PowerIsOff())
        {
            return false;
        }
    }

    /// <summary>The disk as it is after the reboot holds what was acknowledged, and takes further writes.</summary>
    public async Task AssertHeldByAsync(SimulatedFileSystem rebooted, string where)
    {
        try
        {
            var workload = _workload.Clone(Seed + 1);
            await using var again = await SimulatedDatabase.OpenAsync(rebooted);
            if (!_isCreated && (await again.ListCollectionsAsync()).Count == 0)
            {
                await again.CreateCollectionAsync(Workload.Schema);
            }

            await workload.AssertHeldByAsync(again);
            await workload.StepAsync(again);
            await workload.AssertHeldByAsync(again);
        }
        catch (Exception e)
        {
            Assert.Fail($"{where}: {e}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await SimulatedDatabase.AbandonAsync(_database);
        }
    }

    private async Task WriteAsync()
    {
        for (var step = 0; step < StepsBetweenOpenings; step++)
        {
            await _workload.StepAsync(_database!);
            if (step % StepsBetweenRests == StepsBetweenRests - 1)
            {
                await PutAwayAsync();
            }
        }

        await _database!.DisposeAsync();
    }

    private async Task PutAwayAsync()
    {
        while (_database!.HealthOf(Workload.Schema.Name).Any(shard => shard.Statistics is not null) && !PowerIsOff())
        {
            await _database.PassivateIdleAsync();
        }
    }

    private bool PowerIsOff()
    {
        try
        {
            disk.DirectoryExists(SimulatedDatabase.Directory);
            return false;
        }
        catch (SimulatedCrashException)
        {
            return true;
        }
    }
}
