namespace ActorVectorStore.Cluster.Tests;

public sealed class RestGateTests
{
    private readonly RestGate _gate = new();

    [Fact]
    public void It_is_quiet_when_nobody_has_used_it_since_the_last_question()
    {
        Assert.True(_gate.IsQuietSinceLastAsked());
        Enter();
        _gate.Leave();
        Assert.False(_gate.IsQuietSinceLastAsked());
        Assert.True(_gate.IsQuietSinceLastAsked());
        Assert.True(_gate.TryEnter());
        Assert.False(_gate.IsQuietSinceLastAsked());
    }

    [Fact]
    public void A_use_that_lasts_is_one_until_it_ends()
    {
        Enter();
        Assert.False(_gate.IsQuietSinceLastAsked());
        _gate.Leave();
        Assert.False(_gate.IsQuietSinceLastAsked());
        Assert.True(_gate.IsQuietSinceLastAsked());
    }

    [Fact]
    public void It_does_not_rest_while_it_is_used_or_was_since_the_last_question()
    {
        Enter();
        Assert.False(_gate.TryRest());
        _gate.Leave();
        Assert.False(_gate.TryRest());
        Assert.False(_gate.IsQuietSinceLastAsked());
        Assert.True(_gate.TryRest());
    }

    [Fact]
    public async Task Who_comes_while_it_comes_to_rest_waits_for_the_end_and_is_a_use_then()
    {
        Assert.True(_gate.TryRest());
        Assert.False(_gate.TryEnter());
        var entering = _gate.EnterAsync(default).AsTask();
        Assert.False(entering.IsCompleted);
        _gate.EndRest();
        await entering;
        Assert.False(_gate.IsQuietSinceLastAsked());
        Assert.False(_gate.IsQuietSinceLastAsked());
        Assert.False(_gate.TryRest());
        _gate.Leave();
        Assert.False(_gate.IsQuietSinceLastAsked());
        Assert.True(_gate.TryRest());
    }

    [Fact]
    public async Task Who_is_cancelled_while_waiting_is_no_use()
    {
        Assert.True(_gate.TryRest());
        using var cancellation = new CancellationTokenSource();
        var entering = _gate.EnterAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering);
        _gate.EndRest();
        Assert.False(_gate.IsQuietSinceLastAsked());
        Assert.True(_gate.IsQuietSinceLastAsked());
    }

    [Fact]
    public async Task Uses_and_rests_by_many_threads_never_meet()
    {
        var (inUse, isResting, met) = (0, false, 0);
        using var stop = new CancellationTokenSource();
        var users = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var n = 0; n < 20_000; n++)
            {
                await _gate.EnterAsync(default);
                Interlocked.Increment(ref inUse);
                met += Volatile.Read(ref isResting) ? 1 : 0;
                Interlocked.Decrement(ref inUse);
                _gate.Leave();
            }
        })).ToArray();
        var resting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (_gate.IsQuietSinceLastAsked() && _gate.TryRest())
                {
                    Volatile.Write(ref isResting, true);
                    met += Volatile.Read(ref inUse);
                    Volatile.Write(ref isResting, false);
                    _gate.EndRest();
                }
            }
        });
        await Task.WhenAll(users);
        await stop.CancelAsync();
        await resting;
        Assert.Equal(0, met);
    }

    private void Enter() => Assert.True(_gate.EnterAsync(default).AsTask().IsCompletedSuccessfully);
}
