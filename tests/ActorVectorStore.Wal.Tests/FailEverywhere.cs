using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// Makes one operation of a seeded run fail at a time. From the failure on nothing is acknowledged; after it, and after a power loss on top, the log
/// opens with everything that was acknowledged.
/// </summary>
internal static class FailEverywhere
{
    /// <summary>Fails each operation of these kinds in turn; returns how many there were.</summary>
    public static async Task<long> RunAsync(ulong seed, int steps, DiskOperations kinds, WalMutations mutations)
    {
        for (long number = 1; ; number++)
        {
            var disk = new SimulatedFileSystem(seed);
            disk.Fail(kinds, number);
            disk.FailedSyncKeeps = CrashKeeps.Subset(SeededRandom.Mix(seed, (ulong)number));
            await CheckAsync(disk, seed, steps, mutations, $"seed {seed}, {kinds} {number} failed");
            if (disk.Count(kinds) < number)
            {
                return number - 1;
            }
        }
    }

    private static async Task CheckAsync(SimulatedFileSystem disk, ulong seed, int steps, WalMutations mutations, string where)
    {
        var workload = new Workload(seed);
        WriteAheadLog? log = null;
        try
        {
            log = workload.Open(disk, mutations);
            for (var step = 0; step < steps; step++)
            {
                log = await workload.StepAsync(log, () => workload.Open(disk, mutations));
            }

            await log.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The run ends here, as its process would.
        }

        await CheckStoppedAsync(log, where);
        foreach (var keeps in CrashKeeps.EachPattern(seed))
        {
            CheckReopened(disk.Clone().Crash(keeps), workload, mutations, $"{where}, {keeps}");
        }

        CheckReopened(disk.Kill(), workload, mutations, $"{where}, killed");
    }

    private static async Task CheckStoppedAsync(WriteAheadLog? log, string where)
    {
        if (log?.Statistics.Poisoned is null)
        {
            return;
        }

        try
        {
            var append = log.AppendAsync(LogFixture.Batch("later", 1, "x")).AsTask();
            log.CommitQueued();
            await append;
            throw new WrongRecoveryException($"{where}: an append was acknowledged after the failure");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // As it must be.
        }
    }

    private static void CheckReopened(SimulatedFileSystem disk, Workload workload, WalMutations mutations, string where)
    {
        string found;
        try
        {
            found = ModelLog.Dump(workload.Open(disk, mutations), Workload.Tags);
        }
        catch (IOException e)
        {
            throw new WrongRecoveryException($"{where}: {e}");
        }

        if (!workload.AllowedStates().Contains(found))
        {
            throw new WrongRecoveryException($"{where}: found\n{found}\nexpected one of\n{string.Join("\nor\n", workload.AllowedStates())}");
        }

        // What was found once must be there after a power loss too.
        var again = ModelLog.Dump(workload.Open(disk.Crash(CrashKeeps.None), mutations), Workload.Tags);
        if (found != again)
        {
            throw new WrongRecoveryException($"{where}: found once\n{found}\nand after a power loss\n{again}");
        }
    }
}
