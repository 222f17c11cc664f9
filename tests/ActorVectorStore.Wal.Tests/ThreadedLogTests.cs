using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Callers on threads of their own while the log is closed, stops, or frees what they read. Every caller is told something.</summary>
public sealed class ThreadedLogTests
{
    private readonly SimulatedFileSystem _disk = new(1);

    [Fact]
    public async Task Every_caller_is_answered_when_the_log_is_closed_under_them_and_what_was_acknowledged_is_there()
    {
        var log = WriteAheadLog.Open(_disk, "/log", Small);
        using var started = new CountdownEvent(8);
        var callers = Enumerable.Range(0, 8).Select(caller => AppendUntilRefused(log, $"caller {caller}", started)).ToArray();
        started.Wait();
        await log.DisposeAsync();
        var acknowledged = await Task.WhenAll(callers);
        await RequireAsync(_disk.Crash(CrashKeeps.None), acknowledged);
    }

    [Fact]
    public async Task Every_caller_is_answered_when_a_sync_fails_under_them_and_what_was_acknowledged_is_there()
    {
        var log = WriteAheadLog.Open(_disk, "/log", Small);
        using var started = new CountdownEvent(8);
        var callers = Enumerable.Range(0, 8).Select(caller => AppendUntilRefused(log, $"caller {caller}", started)).ToArray();
        started.Wait();
        _disk.Fail(DiskOperations.Sync, 5);
        var acknowledged = await Task.WhenAll(callers);
        Assert.NotNull(log.Statistics.Poisoned);
        await log.DisposeAsync();
        await RequireAsync(_disk.Crash(CrashKeeps.None), acknowledged);
    }

    [Fact]
    public async Task Readers_that_run_beside_deletions_and_reclaiming_miss_nothing_that_is_live()
    {
        await using var log = WriteAheadLog.Open(_disk, "/log", Small with { RewriteLivePercentMax = 60 });
        await log.AppendAsync(Batch("idle", 1, "first"));
        var reading = Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < 200; round++)
                {
                    Assert.Equal("first", log.ReadStream("idle").Payloads()[0]);
                    Assert.Contains("first", log.ReadAll().Payloads());
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (var sequence = 1; sequence <= 200; sequence++)
        {
            await log.AppendAsync(Batch("a", sequence, new string('x', 5000)));
            await log.AppendAsync(Batch("idle", sequence + 1, "more"));
            if (sequence % 20 == 0)
            {
                await log.DeleteToAsync("a", sequence);
                await log.ReclaimAsync();
            }
        }

        await reading;
        Assert.Equal(201, log.ReadStream("idle").Payloads().Count);
    }

    private static Task<(string Stream, int Count)> AppendUntilRefused(WriteAheadLog log, string stream, CountdownEvent started) =>
        Task.Factory.StartNew(
            () =>
            {
                for (var count = 0; ; count++)
                {
                    try
                    {
                        log.Append(Batch(stream, count + 1, "x"));
                    }
                    catch (Exception e) when (e is LogPoisonedException or ObjectDisposedException)
                    {
                        return (stream, count);
                    }
                    finally
                    {
                        if (count == 3)
                        {
                            started.Signal();
                        }
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private static async Task RequireAsync(SimulatedFileSystem disk, (string Stream, int Count)[] acknowledged)
    {
        await using var log = WriteAheadLog.Open(disk, "/log", Small);
        Assert.All(acknowledged, caller => Assert.InRange(log.ReadStream(caller.Stream).Payloads().Count, caller.Count, caller.Count + 1));
    }
}
