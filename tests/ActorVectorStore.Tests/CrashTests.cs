using ActorVectorStore.Testing;
using Xunit.Abstractions;

namespace ActorVectorStore.Tests;

/// <summary>
/// The power goes off after a file operation of a store's life (which is also before the next one). What was acknowledged is there, and each shard has
/// all of its part of what was on its way, or nothing of it.
/// </summary>
/// <remarks>
/// The short form takes a few operations and one way of losing what was not synced for each; the long form (<see cref="LongRuns"/>) every operation, and
/// every way and a killed process at each. Threads of the store write side by side: the number of an operation does not name the same one in
/// every life, but lives crash at every number there is.
/// </remarks>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int CrashesOfTheShortForm = 36;

    [Fact]
    public async Task A_power_failure_at_any_operation_loses_nothing_acknowledged_and_halves_no_shards_part()
    {
        var last = await CountOperationsAsync();
        var crashes = LongRuns.AreWanted ? await CrashEverywhereAsync(last) : await CrashHereAndThereAsync(last);
        output.WriteLine($"{crashes} crashes in lives of about {last} operations");
        Assert.InRange(crashes, CrashesOfTheShortForm / 2, int.MaxValue);
    }

    private static async Task<int> CrashHereAndThereAsync(long last)
    {
        var random = new SeededRandom(1);
        var crashes = 0;
        for (var n = 0; n < CrashesOfTheShortForm; n++)
        {
            crashes += await CrashAsync(1 + random.Next((int)last)) ? 1 : 0;
        }

        return crashes;
    }

    /// <summary>Behind the last operation of the life that was counted it goes on until one comes to its end.</summary>
    private static async Task<int> CrashEverywhereAsync(long last)
    {
        var (crashes, crashed) = (0, true);
        for (var at = 1L; at <= last || crashed; at++)
        {
            crashed = await CrashAsync(at);
            crashes += crashed ? 1 : 0;
        }

        return crashes;
    }

    private static async Task<long> CountOperationsAsync()
    {
        var disk = new SimulatedFileSystem();
        await using var life = new StoreLife(disk);
        Assert.True(await life.LiveAsync());
        Assert.NotEmpty(SimulatedDatabase.Snapshots(disk));
        return disk.OperationCount;
    }

    /// <summary>False if the life had fewer operations: then it must have kept all.</summary>
    private static async Task<bool> CrashAsync(long at)
    {
        var disk = new SimulatedFileSystem();
        disk.CrashAt(at, CrashMoment.After);
        await using var life = new StoreLife(disk);
        var crashed = !await life.LiveAsync();
        var patterns = CrashKeeps.EachPattern((ulong)at);
        foreach (var keeps in LongRuns.AreWanted ? patterns : [patterns[(int)(at % patterns.Count)]])
        {
            await life.AssertHeldByAsync(disk.Crash(keeps), $"after operation {at}, {keeps}");
        }

        if (LongRuns.AreWanted)
        {
            await life.AssertHeldByAsync(disk.Kill(), $"killed after operation {at}");
        }

        return crashed;
    }
}
