namespace ActorVectorStore.Wal;

/// <summary>
/// Decides how long a commit waits for callers that were just acknowledged. In a closed loop they come back within microseconds, and one sync then
/// serves all of them instead of half; where they do not come back, waiting only costs, so it is given up for a while.
/// </summary>
/// <param name="microsecondsMax">How long a caller is waited for after the last one was told.</param>
/// <param name="areAllTold">Whether every caller that was acknowledged has been told by now: before, it cannot come back.</param>
/// <param name="time">The clock.</param>
/// <remarks>Used by whoever commits, one at a time.</remarks>
internal sealed class GatherPolicy(int microsecondsMax, Func<bool> areAllTold, TimeProvider time)
{
    /// <summary>A caller that keeps the others from being told holds up the next commit by no more than so many times the moment.</summary>
    private const int MomentsMax = 4;

    private const int PatienceMax = 8;
    private const int SkippedAfterDisappointment = 32;

    private readonly long _ticksMax = microsecondsMax * time.TimestampFrequency / 1_000_000;
    private long _acknowledgedAt;
    private int _expected;
    private int _patience = PatienceMax;
    private int _skip;

    /// <summary>So many callers were just acknowledged, while so many others had come already.</summary>
    public void Acknowledged(int callers, int queued)
    {
        _acknowledgedAt = time.GetTimestamp();
        _expected = callers <= 1 && queued == 0 ? 0 : callers + queued;
    }

    /// <summary>Waits until all of them are there, or the time is up. <paramref name="queued"/> says how many are; a full commit says enough.</summary>
    public void Wait(Func<int> queued)
    {
        if (_expected == 0 || _ticksMax == 0 || (_skip > 0 && _skip-- > 0))
        {
            return;
        }

        while (queued() < _expected)
        {
            var waited = time.GetTimestamp() - _acknowledgedAt;
            if (waited >= _ticksMax && (areAllTold() || waited >= MomentsMax * _ticksMax))
            {
                Learn(queued());
                return;
            }

            // The callers need the processors more than this thread does.
            Thread.Yield();
        }

        _patience = PatienceMax;
    }

    private void Learn(int came)
    {
        if (2 * came >= _expected)
        {
            _patience = PatienceMax;
        }
        else if (--_patience == 0)
        {
            _patience = 1;
            _skip = SkippedAfterDisappointment;
        }
    }
}
