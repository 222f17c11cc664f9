using System.Text;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Crashes a seeded run at each of its operations and checks what recovery makes of it.</summary>
internal static class CrashEverywhere
{
    private static readonly EventBatch Afterwards = new("afterwards", 1, 1, Encoding.UTF8.GetBytes("written after the recovery"));

    /// <summary>Returns the number of operations at which it crashed; throws with seed, operation and pattern at the first wrong recovery.</summary>
    public static async Task<long> RunAsync(ulong seed, int steps, WalMutations mutations)
    {
        var disk = new SimulatedFileSystem(seed);
        var workload = new Workload(seed);
        disk.OperationEnded = operation =>
        {
            var keeps = CrashKeeps.EachPattern(SeededRandom.Mix(seed, (ulong)operation))[(int)(operation % 5)];
            Check(disk.Clone().Crash(keeps), workload, mutations, $"seed {seed}, after operation {operation}, {keeps}");
        };
        var log = workload.Open(disk, mutations);
        for (var step = 0; step < steps; step++)
        {
            log = await workload.StepAsync(log, () => workload.Open(disk, mutations));
        }

        await log.DisposeAsync();
        return disk.OperationCount;
    }

    private static void Check(SimulatedFileSystem disk, Workload workload, WalMutations mutations, string where)
    {
        var found = Recover(disk, workload, mutations, where, append: true);
        if (!workload.AllowedStates().Contains(found))
        {
            throw new WrongRecoveryException($"{where}: found\n{found}\nexpected one of\n{string.Join("\nor\n", workload.AllowedStates())}");
        }

        var again = Recover(disk.Crash(CrashKeeps.None), workload, mutations, where, append: false);
        var before = found.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("next", StringComparison.Ordinal));
        if (before.Except(again.Split('\n')).Any() || !again.Contains("afterwards 1+1", StringComparison.Ordinal))
        {
            throw new WrongRecoveryException($"{where}: found once\n{found}\nand after a second crash\n{again}");
        }
    }

    private static string Recover(SimulatedFileSystem disk, Workload workload, WalMutations mutations, string where, bool append)
    {
        try
        {
            var log = workload.Open(disk, mutations);
            var found = ModelLog.Dump(log, Workload.Tags);
            if (append)
            {
                log.Append(Afterwards);
            }

            return found;
        }
        catch (Exception e)
        {
            throw new WrongRecoveryException($"{where}: {e}");
        }
    }
}

/// <summary>A recovery that broke a promise.</summary>
public sealed class WrongRecoveryException(string message) : Exception(message);
