using System.Globalization;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Crash.Tests;

/// <summary>
/// A real process ingests and is killed with SIGKILL; each time the store is opened again and every acknowledged point compared. The long form: set
/// the environment variable AVS_KILLS to the number of kills, for example 500.
/// </summary>
public sealed class KillTests
{
    private const int KillsOfARun = 25;

    [Fact]
    public async Task Nothing_acknowledged_is_missing_after_any_kill()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("AVS_KILLS") ?? "25", CultureInfo.InvariantCulture);
        for (var (kills, seed) = (0, 1); kills < wanted; kills += KillsOfARun, seed++)
        {
            var run = await Avs.RunAsync(
                [], "demo", "--kills", KillsOfARun.ToString(CultureInfo.InvariantCulture), "--seed", seed.ToString(CultureInfo.InvariantCulture));
            Assert.True(run.ExitCode == 0, $"seed {seed}: exit code {run.ExitCode}\n{run.Output}\n{run.Errors}");
            Assert.Equal(KillsOfARun, run.Output.Split("killed process").Length - 1);
        }
    }
}
