namespace ActorVectorStore.Persistence.Tests;

public sealed class WriteBudgetTests
{
    [Fact]
    public async Task Writes_wait_in_their_order_until_there_is_room()
    {
        var budget = new WriteBudget(100);
        Assert.True(budget.TryTake(60));
        var first = budget.TakeAsync(50, default);
        var second = budget.TakeAsync(10, default);
        Assert.False(budget.TryTake(1));

        budget.Release(60);

        await Task.WhenAll(first, second);
        Assert.Equal(60, budget.Taken);
    }

    [Fact]
    public async Task A_write_larger_than_the_budget_goes_when_nothing_else_is_under_way()
    {
        var budget = new WriteBudget(100);
        Assert.True(budget.TryTake(1));
        var large = budget.TakeAsync(1000, default);
        Assert.False(large.IsCompleted);

        budget.Release(1);

        await large;
        Assert.Equal(1000, budget.Taken);
    }

    [Fact]
    public async Task A_cancelled_write_lets_those_behind_it_go_on()
    {
        var budget = new WriteBudget(100);
        Assert.True(budget.TryTake(60));
        using var cancellation = new CancellationTokenSource();
        var large = budget.TakeAsync(90, cancellation.Token);
        var small = budget.TakeAsync(40, default);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        Assert.Equal(100, budget.Taken);
    }

    [Fact]
    public async Task However_cancellation_and_release_meet_every_byte_comes_back()
    {
        for (var round = 0; round < 300; round++)
        {
            var budget = new WriteBudget(200);
            Assert.True(budget.TryTake(200));
            using var cancellation = new CancellationTokenSource();
            var writes = Enumerable.Range(0, 200).Select(_ => TakeAndReleaseAsync(budget, cancellation.Token)).ToArray();
            using var start = new Barrier(2);
            var cancelling = Task.Run(() =>
            {
                start.SignalAndWait();
                cancellation.Cancel();
            });
            start.SignalAndWait();
            budget.Release(200);

            await cancelling;
            await Task.WhenAll(writes);
            Assert.Equal((0L, 0), (budget.Taken, budget.Waiting));
        }
    }

    private static async Task TakeAndReleaseAsync(WriteBudget budget, CancellationToken cancellation)
    {
        try
        {
            await budget.TakeAsync(1, cancellation);
            budget.Release(1);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
