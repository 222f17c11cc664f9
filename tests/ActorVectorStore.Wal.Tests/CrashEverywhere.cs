using System.Text;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// Crashes a seeded run behind each of its operations (which is also before the next one) and checks what recovery makes of it; crashes the recovery
/// itself behind each of its operations; and crashes what was recovered once more. Now and then the run itself goes on from a crash.
/// </summary>
/// <remarks>
/// The short form takes one pattern of loss for each operation, in turn, a killed process at every 25th, and crashes every 41st recovery. The long
/// form (<see cref="LongRuns"/>) takes all patterns and a kill everywhere, and crashes every recovery.
/// </remarks>
internal sealed class CrashEverywhere
{
    private const int StepsBetweenCrashes = 40;
    private static readonly EventBatch Afterwards = new("afterwards", 1, 1, Encoding.UTF8.GetBytes("written after the recovery"));

    private readonly ulong _seed;
    private readonly WalMutations _mutations;
    private readonly Workload _workload;
    private SimulatedFileSystem _disk;
    private long _operations;

    private CrashEverywhere(ulong seed, WalMutations mutations)
    {
        (_seed, _mutations, _workload) = (seed, mutations, new Workload(seed));
        _disk = new SimulatedFileSystem(seed);
    }

    /// <summary>Returns the number of operations at which it crashed; throws with seed, operation and pattern at the first wrong recovery.</summary>
    public static async Task<long> RunAsync(ulong seed, int steps, WalMutations mutations)
    {
        var run = new CrashEverywhere(seed, mutations);
        await run.RunAsync(steps);
        return run._operations;
    }

    private async Task RunAsync(int steps)
    {
        var log = Open();
        for (var step = 1; step <= steps; step++)
        {
            log = await _workload.StepAsync(log, Open);
            if (step % StepsBetweenCrashes == 0)
            {
                var pattern = CrashKeeps.EachPattern(SeededRandom.Mix(_seed, (ulong)step));
                _disk = step % (2 * StepsBetweenCrashes) == 0 ? _disk.Kill() : _disk.Crash(pattern[step / StepsBetweenCrashes % pattern.Count]);
                log = Open();
            }
        }

        await log.DisposeAsync();
    }

    private WriteAheadLog Open()
    {
        _disk.OperationEnded = _ => CrashHere();
        return _workload.Open(_disk, _mutations);
    }

    private void CrashHere()
    {
        var number = ++_operations;
        var patterns = CrashKeeps.EachPattern(SeededRandom.Mix(_seed, (ulong)number));
        var chosen = (int)(number % patterns.Count);
        for (var i = 0; i < patterns.Count; i++)
        {
            if (LongRuns.AreWanted || i == chosen)
            {
                Check(_disk.Clone().Crash(patterns[i]), number, patterns, $"seed {_seed}, after operation {number}, {patterns[i]}");
            }
        }

        if (LongRuns.AreWanted || number % 25 == 0)
        {
            Check(_disk.Clone().Kill(), number, patterns, $"seed {_seed}, killed after operation {number}");
        }
    }

    private void Check(SimulatedFileSystem disk, long number, IReadOnlyList<CrashKeeps> patterns, string where)
    {
        var states = new List<SimulatedFileSystem>();
        if (LongRuns.AreWanted || number % 41 == 0)
        {
            disk.OperationEnded = _ => states.Add(disk.Clone());
        }

        var found = Recover(disk, where, append: true);
        var allowed = _workload.AllowedStates();
        RequireAllowed(found, allowed, where);
        var allowedLater = states.Count == 0 ? [] : allowed.Concat(_workload.AllowedStates(Afterwards)).ToList();
        for (var i = 0; i < states.Count; i++)
        {
            var keeps = patterns[(int)((number + i) % patterns.Count)];
            var again = Recover(states[i].Crash(keeps), where, append: false);
            RequireAllowed(again, allowedLater, $"{where}, then after operation {i + 1} of the recovery, {keeps}");
        }

        disk.OperationEnded = null;
        foreach (var keeps in LongRuns.AreWanted ? patterns : [patterns[(int)(number / patterns.Count % patterns.Count)]])
        {
            RequireKept(found, Recover(disk.Clone().Crash(keeps), where, append: false), $"{where}, then {keeps}");
        }
    }

    private static void RequireAllowed(string found, IEnumerable<string> allowed, string where)
    {
        if (!allowed.Contains(found))
        {
            throw new WrongRecoveryException($"{where}: found\n{found}\nexpected one of\n{string.Join("\nor\n", allowed)}");
        }
    }

    private static void RequireKept(string found, string again, string where)
    {
        var before = found.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("next", StringComparison.Ordinal));
        if (before.Except(again.Split('\n')).Any() || !again.Contains("afterwards 1+1", StringComparison.Ordinal))
        {
            throw new WrongRecoveryException($"{where}: found once\n{found}\nand after a second crash\n{again}");
        }
    }

    private string Recover(SimulatedFileSystem disk, string where, bool append)
    {
        try
        {
            var log = _workload.Open(disk, _mutations);
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
