namespace ActorVectorStore.Wal.Tests;

/// <summary>How long a commit waits for the callers of the one before. The clock moves when the policy looks at the queue;
/// having given up, it looks once more, to learn how many came.</summary>
public sealed class GatherPolicyTests
{
    private const int Moment = 100;
    private const int Look = 10;

    private readonly ManualTime _time = new();
    private bool _areAllTold = true;
    private int _looks;

    [Fact]
    public void It_ends_when_all_who_were_acknowledged_have_come_back()
    {
        Wait(Acknowledged(4, others: 1), queued: () => Math.Min(_looks, 5));
        Assert.Equal(5, _looks);
    }

    [Fact]
    public void It_ends_after_a_moment_when_they_stay_away()
    {
        Wait(Acknowledged(4), queued: () => 0);
        Assert.Equal(Moment + Look, _time.Microseconds);
    }

    [Fact]
    public void The_moment_is_not_over_while_some_have_not_been_told_and_so_cannot_come_back()
    {
        _areAllTold = false;
        Wait(Acknowledged(4), queued: () => _time.Microseconds >= 3 * Moment ? 4 : 0);
        Assert.Equal(3 * Moment, _time.Microseconds);
    }

    [Fact]
    public void A_caller_that_keeps_the_others_from_being_told_holds_a_commit_up_for_four_moments_at_most()
    {
        _areAllTold = false;
        Wait(Acknowledged(4), queued: () => 1);
        Assert.Equal((4 * Moment) + Look, _time.Microseconds);
    }

    [Fact]
    public void Nobody_is_waited_for_after_a_caller_that_was_alone()
    {
        Wait(Acknowledged(1), queued: () => 0);
        Assert.Equal(0, _time.Microseconds);
    }

    [Fact]
    public void Callers_that_stay_away_again_and_again_are_not_waited_for_a_while_and_then_once_more()
    {
        var policy = Acknowledged(4);
        var waits = Enumerable.Range(0, 50).Select(_ => WaitOnce(policy)).ToList();
        Assert.Equal([.. Enumerable.Repeat(true, 8), .. Enumerable.Repeat(false, 32), true], waits.Take(41));

        bool WaitOnce(GatherPolicy waiting)
        {
            var before = _time.Microseconds;
            waiting.Acknowledged(4, 0);
            Wait(waiting, queued: () => 0);
            return _time.Microseconds > before;
        }
    }

    private GatherPolicy Acknowledged(int callers, int others = 0)
    {
        var policy = new GatherPolicy(Moment, () => _areAllTold, _time);
        policy.Acknowledged(callers, others);
        return policy;
    }

    private void Wait(GatherPolicy policy, Func<int> queued) => policy.Wait(() =>
    {
        _looks++;
        _time.Microseconds += Look;
        return queued();
    });

    private sealed class ManualTime : TimeProvider
    {
        public long Microseconds { get; set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => Microseconds;
    }
}
