using System.Globalization;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Crash.Tests;

/// <summary>
/// A real process writes and is killed with SIGKILL; each time the store is opened again and compared. The long form: set the environment variable
/// AVS_KILLS to the number of kills of each test, for example 500.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int KillsOfARun = 25;

    private readonly string _directory = Directory.CreateTempSubdirectory("avs-kill-").FullName;

    private static int KillsWanted => int.Parse(Environment.GetEnvironmentVariable("AVS_KILLS") ?? "25", CultureInfo.InvariantCulture);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Nothing_acknowledged_is_missing_after_any_kill()
    {
        // On a slow machine a child may come to its end before its kill: the next seed makes up for it.
        for (var (kills, seed) = (0, 1); kills < KillsWanted; seed++)
        {
            var run = await Avs.RunAsync(
                [], "demo", "--kills", KillsOfARun.ToString(CultureInfo.InvariantCulture), "--seed", seed.ToString(CultureInfo.InvariantCulture));
            Assert.True(run.ExitCode == 0, $"seed {seed}: exit code {run.ExitCode}\n{run.Output}\n{run.Errors}");
            var killed = run.Output.Split("killed process").Length - 1;
            Assert.InRange(killed, 1, KillsOfARun);
            kills += killed;
        }
    }

    [Fact]
    public async Task Updates_and_deletes_are_there_whole_or_not_at_all_after_any_kill_and_nothing_else_is()
    {
        for (var (kills, seed) = (0, 1UL); kills < KillsWanted; kills += KillsOfARun, seed++)
        {
            var run = new WriterRun(Path.Combine(_directory, seed.ToString(CultureInfo.InvariantCulture)), seed);
            for (var kill = 0; kill < KillsOfARun; kill++)
            {
                await run.KillOnceAsync();
                await run.CheckAsync();
            }

            Assert.InRange(run.Acknowledged, KillsOfARun, int.MaxValue);
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(_directory, seed.ToString(CultureInfo.InvariantCulture), "snapshots")));
        }
    }

    [Fact]
    public async Task A_second_process_is_refused_and_told_who_has_the_directory()
    {
        await using var database = await VectorDatabase.OpenAsync(_directory);
        var second = await Avs.RunAsync([], "info", _directory);
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), second.Errors, StringComparison.Ordinal);
    }
}
