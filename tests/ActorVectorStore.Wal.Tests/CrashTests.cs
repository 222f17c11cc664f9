namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// The power goes off after every single file operation of a run (which is also before the next one), in every way in which a disk can lose what was
/// not synced. What was acknowledged is there, what was on its way is there in whole batches from the first on, and what was found stays.
/// </summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(11, 350)]
    [InlineData(12, 350)]
    public async Task A_crash_at_any_operation_loses_nothing_and_halves_nothing(ulong seed, int steps)
    {
        var operations = await CrashEverywhere.RunAsync(seed, steps, WalMutations.None);
        Assert.True(operations > 1000, $"{operations} operations");
    }
}
