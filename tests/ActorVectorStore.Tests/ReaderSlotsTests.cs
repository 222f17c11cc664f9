namespace ActorVectorStore.Tests;

public sealed class ReaderSlotsTests
{
    private readonly ReaderSlots _slots = new();

    [Fact]
    public async Task A_short_read_runs_on_the_thread_that_asks_if_it_is_one_of_the_pool() => await Task.Run(() =>
    {
        var read = _slots.RunShortAsync(() => Environment.CurrentManagedThreadId, CancellationToken.None);
        Assert.True(read.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, read.GetAwaiter().GetResult());
    });

    [Fact]
    public async Task A_short_read_of_another_thread_runs_on_one_of_the_pool()
    {
        Task<bool>? read = null;
        var asking = new Thread(() => read = _slots.RunShortAsync(() => Thread.CurrentThread.IsThreadPoolThread, CancellationToken.None));
        asking.Start();
        asking.Join();
        Assert.True(await read!);
    }

    [Fact]
    public async Task A_short_read_waits_for_a_slot_as_others_do()
    {
        using var mayEnd = new ManualResetEventSlim();
        var others = Enumerable.Range(0, ReaderSlots.Count).Select(_ => _slots.RunAsync(() => mayEnd.Wait(TimeSpan.FromSeconds(60)), CancellationToken.None)).ToArray();
        var read = await Task.Run(() => (Task: _slots.RunShortAsync(() => true, CancellationToken.None), 0));
        Assert.False(read.Task.IsCompleted);
        mayEnd.Set();
        Assert.True(await read.Task);
        Assert.All(await Task.WhenAll(others), Assert.True);
    }

    [Fact]
    public async Task A_short_read_that_fails_or_is_cancelled_gives_its_slot_back()
    {
        for (var i = 0; i <= ReaderSlots.Count; i++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => Task.Run(() => _slots.RunShortAsync<bool>(() => throw new InvalidDataException(), CancellationToken.None)));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => _slots.RunShortAsync(() => true, new CancellationToken(canceled: true))));
        }

        Assert.True(await Task.Run(() => _slots.RunShortAsync(() => true, CancellationToken.None)));
    }
}
