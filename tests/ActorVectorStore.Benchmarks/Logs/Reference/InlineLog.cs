namespace ActorVectorStore.Benchmarks.Logs.Reference;

/// <summary>
/// Reference: the caller commits. Who finds nobody committing leads: it commits everything queued, its own append among it, wakes those callers,
/// and hands the lead to one that queued meanwhile. A lone caller never leaves its thread.
/// </summary>
internal sealed class InlineLog : ReferenceLog
{
    private readonly Lock _gate = new();
    private readonly Seat[] _seats;
    private List<Seat> _queue = [];
    private List<Seat> _committing = [];
    private readonly List<PendingAppend> _appends = [];
    private bool _led;

    public InlineLog(string directory, int callers, RingSize ring)
        : base(directory, ring)
    {
        _seats = [.. Enumerable.Range(0, callers).Select(_ => new Seat())];
    }

    public override void Append(int caller, ReadOnlyMemory<byte> payload)
    {
        var seat = _seats[caller];
        seat.Append.Begin(caller, payload, ReferenceFrame.BodyHash(payload.Span), blocking: true);
        seat.MustLead = false;
        bool leads;
        lock (_gate)
        {
            _queue.Add(seat);
            leads = !_led;
            _led = true;
        }

        if (!leads)
        {
            seat.Append.Wait();
            leads = seat.MustLead;
        }

        if (leads)
        {
            Lead(seat);
        }
    }

    public override ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload)
    {
        Append(caller, payload);
        return ValueTask.CompletedTask;
    }

    protected override void DisposeCommitter() => Array.ForEach(_seats, seat => seat.Append.Dispose());

    private void Lead(Seat leader)
    {
        lock (_gate)
        {
            (_committing, _queue) = (_queue, _committing);
        }

        foreach (var seat in _committing)
        {
            _appends.Add(seat.Append);
        }

        Commit(_appends);
        foreach (var seat in _committing)
        {
            if (seat != leader)
            {
                seat.Append.Complete(null);
            }
        }

        _committing.Clear();
        _appends.Clear();
        HandOver();
    }

    private void HandOver()
    {
        Seat? next = null;
        lock (_gate)
        {
            _led = _queue.Count > 0;
            if (_led)
            {
                next = _queue[0];
                next.MustLead = true;
            }
        }

        next?.Append.Complete(null);
    }

    private sealed class Seat
    {
        public PendingAppend Append { get; } = new();

        /// <summary>Woken to commit, not because it was committed. Written before the wake-up, read after it.</summary>
        public bool MustLead { get; set; }
    }
}
