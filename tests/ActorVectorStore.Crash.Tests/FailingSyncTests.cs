using System.Globalization;
using System.Text.RegularExpressions;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Crash.Tests;

/// <summary>The kernel's answer to fdatasync is replaced by EIO, at the system call: no acknowledgement may follow.</summary>
public sealed partial class FailingSyncTests : IDisposable
{
    private const int BatchPoints = 50;
    private const int DemoWriters = 4;

    private readonly string _directory = Directory.CreateTempSubdirectory("avs-sync-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // The tracer counts the calls of each thread by itself. The log's writer is the only thread that comes to so many.
    [StraceTheory]
    [InlineData(12)]
    [InlineData(25)]
    [InlineData(40)]
    public async Task No_acknowledgement_follows_a_failed_sync(int failing)
    {
        var inject = string.Create(CultureInfo.InvariantCulture, $"inject=fdatasync:error=EIO:when={failing}+");
        var trace = Path.Combine(_directory, "trace");
        var store = Path.Combine(_directory, "store");
        var run = await Avs.RunAsync(["strace", "-f", "-y", "-o", trace, "-e", "trace=fdatasync,write", "-e", inject], "demo-ingest", store, "0");
        var calls = await File.ReadAllLinesAsync(trace);
        var failure = Array.FindIndex(calls, call => call.Contains("EIO", StringComparison.Ordinal));

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("sync", run.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.True(failure >= 0, "no sync failed");
        RequireSegmentOfTheLog(calls, failure);

        // What was synced before may be told after the failure: of each writer at most the one batch that it waits for.
        var before = calls[..failure].Count(IsAcknowledgement);
        var after = calls[failure..].Count(IsAcknowledgement);
        Assert.True(before > 0 && after <= DemoWriters, $"{before} acknowledgements before the failed sync, {after} behind it");
        Assert.DoesNotContain(calls[failure..], call => SuccessfulSyncOfASegment().IsMatch(call));
        await RequireAllAsync(store, Acknowledged(run.Output));
    }

    /// <summary>The call that failed, whose beginning may stand on an earlier line of the same thread, was the sync of a segment.</summary>
    private static void RequireSegmentOfTheLog(string[] calls, int failure)
    {
        var thread = calls[failure].Split(' ')[0];
        var begun = calls[..(failure + 1)].Last(call => call.StartsWith(thread, StringComparison.Ordinal) && call.Contains("fdatasync(", StringComparison.Ordinal));
        Assert.Contains(".wal>", begun, StringComparison.Ordinal);
    }

    private static bool IsAcknowledgement(string call) => AcknowledgementLine().IsMatch(call);

    private static int[] Acknowledged(string output) =>
        [.. output.Split('\n').TakeWhile(line => int.TryParse(line, CultureInfo.InvariantCulture, out _)).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    private static async Task RequireAllAsync(string store, int[] batches)
    {
        Assert.NotEmpty(batches);
        await using var database = await VectorDatabase.OpenAsync(store);
        foreach (var batch in batches)
        {
            var ids = Enumerable.Range(batch * BatchPoints, BatchPoints).Select(row => PointId.FromNumber((ulong)row)).ToArray();
            Assert.Equal(BatchPoints, (await database.GetAsync(CollectionName.Parse("words"), ids)).Count);
        }
    }

    // The runtime writes to a duplicate of descriptor 1; nothing else in the process writes a number alone on a line.
    [GeneratedRegex("""write\(\d+<[^>]*>, "\d+\\n""")]
    private static partial Regex AcknowledgementLine();

    [GeneratedRegex("""fdatasync\(\d+<[^>]*\.wal>\)\s+= 0""")]
    private static partial Regex SuccessfulSyncOfASegment();
}
