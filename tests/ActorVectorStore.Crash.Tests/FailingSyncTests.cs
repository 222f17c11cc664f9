using System.Globalization;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Crash.Tests;

/// <summary>The kernel's answer to fdatasync is replaced by EIO, at the system call: no acknowledgement may follow.</summary>
public sealed class FailingSyncTests : IDisposable
{
    private const int BatchPoints = 50;
    private const int DemoWriters = 4;

    private readonly string _directory = Directory.CreateTempSubdirectory("avs-sync-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [StraceTheory]
    [InlineData(12)]
    [InlineData(25)]
    [InlineData(40)]
    public async Task No_acknowledgement_follows_a_failed_sync(int failing)
    {
        var inject = string.Create(CultureInfo.InvariantCulture, $"inject=fdatasync:error=EIO:when={failing}+");
        var trace = Path.Combine(_directory, "trace");
        var store = Path.Combine(_directory, "store");
        var run = await Avs.RunAsync(["strace", "-f", "-o", trace, "-e", "trace=fdatasync", "-e", inject], "demo-ingest", store, "0");
        var acknowledged = run.Output.Split('\n').TakeWhile(line => int.TryParse(line, CultureInfo.InvariantCulture, out _))
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        var synced = (await File.ReadAllLinesAsync(trace)).Count(line => line.Contains("fdatasync(", StringComparison.Ordinal) && line.EndsWith("= 0", StringComparison.Ordinal));

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("sync", run.Errors, StringComparison.OrdinalIgnoreCase);

        // Each sync that succeeded carries at most one batch of each writer. (The tracer counts the calls of each thread by itself.)
        Assert.InRange(acknowledged.Length, 1, DemoWriters * synced);
        await using var database = await VectorDatabase.OpenAsync(store);
        foreach (var batch in acknowledged)
        {
            var ids = Enumerable.Range(batch * BatchPoints, BatchPoints).Select(row => PointId.FromNumber((ulong)row)).ToArray();
            Assert.Equal(BatchPoints, (await database.GetAsync(CollectionName.Parse("words"), ids)).Count);
        }
    }
}
