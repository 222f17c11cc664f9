using System.Text;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence.Tests;

public sealed class JournalWriterTests : IAsyncLifetime
{
    private const long Timestamp = 638_000_000_000_000_000;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), "avs-writer-" + Guid.NewGuid().ToString("N"));
    private readonly GatedFileSystem _disk = new() { Concerns = path => path.EndsWith(".wal", StringComparison.Ordinal) };
    private WalStore _store = null!;

    public async Task InitializeAsync() =>
        _store = await WalStore.OpenAsync(_disk, new WalEngineSettings(_directory, new WalOptions { QueueBytesMax = 64 << 10 }, 0));

    public async Task DisposeAsync()
    {
        _disk.OpenGate();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static WriteRequest Request(string persistenceId, long first, params int[] batchBytes)
    {
        var batches = new List<PreparedBatch>();
        foreach (var bytes in batchBytes)
        {
            var builder = new EventBatchBuilder();
            builder.Begin(first + batches.Count, Timestamp);
            builder.Add("w", "", 1, "m", [], Encoding.UTF8.GetBytes(new string('x', bytes)));
            batches.Add(builder.Take(persistenceId));
        }

        return new WriteRequest(persistenceId, batches, null);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_while_another_commit_is_under_way_leaves_no_trace()
    {
        var writer = new JournalWriter(_store, 0);
        await writer.WriteAsync(Request("a", 1, 10), default);
        using var cancellation = new CancellationTokenSource();
        _disk.Close();
        var holding = writer.WriteAsync(Request("b", 1, 10), default);
        _disk.AwaitWaiting();

        var waiting = writer.WriteAsync(Request("a", 2, 10), cancellation.Token);
        await cancellation.CancelAsync();
        _disk.OpenGate();

        await holding;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, await writer.ReadHighestAsync("a", default));
        await writer.WriteAsync(Request("a", 2, 10), default);
        Assert.Equal(2, await writer.ReadHighestAsync("a", default));
    }

    [Fact]
    public async Task A_deletion_that_waits_for_its_turn_spares_what_is_written_after_it()
    {
        var writer = new JournalWriter(_store, 0);
        _disk.Close();
        var before = writer.WriteAsync(Request("a", 1, 10, 10), default);
        var deletion = writer.DeleteToAsync("a", long.MaxValue, default);
        var after = writer.WriteAsync(Request("a", 3, 10), default);
        _disk.OpenGate();

        await Task.WhenAll(before, deletion, after);

        Assert.Equal((3, 2), (_store.Log.ReadState("a").HighestSequence, _store.Log.ReadState("a").DeletedTo));
    }

    [Fact]
    public async Task A_write_that_is_cancelled_while_it_waits_for_room_or_for_its_turn_leaves_no_trace_and_takes_no_room()
    {
        var writer = new JournalWriter(_store, 0);
        using var cancellation = new CancellationTokenSource();
        _disk.Close();
        var holding = writer.WriteAsync(Request("b", 1, 60_000), default);
        var forRoom = writer.WriteAsync(Request("a", 1, 60_000), cancellation.Token);
        var forTurn = writer.WriteAsync(Request("a", 2, 10), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => forRoom);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => forTurn);
        _disk.OpenGate();

        await holding;
        Assert.Equal(0, await writer.ReadHighestAsync("a", default));
        Assert.Equal(0, _store.WriteBudget.Taken);
        await writer.WriteAsync(Request("a", 1, 60_000), default);
        Assert.Equal(1, await writer.ReadHighestAsync("a", default));
    }
}
