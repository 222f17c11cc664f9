using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

public sealed class LogPropertyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_log_says_what_its_twin_says_after_every_step(ulong seed)
    {
        var disk = new SimulatedFileSystem(seed);
        var workload = new Workload(seed);
        var log = workload.Open(disk);
        for (var step = 0; step < 250; step++)
        {
            log = await workload.StepAsync(log, () => workload.Open(disk));
            Assert.True(workload.Expected() == ModelLog.Dump(log, Workload.Tags), $"seed {seed}, step {step}");
        }

        await log.DisposeAsync();
    }
}
