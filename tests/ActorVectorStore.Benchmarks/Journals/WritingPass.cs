namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>One pass of writing actors: tells them when to end, and collects what they report. Any thread.</summary>
internal sealed class WritingPass(int actors, int eventsMax)
{
    private readonly TaskCompletionSource<IReadOnlyList<WritingReport>> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<WritingReport> _reports = [];
    private volatile bool _over;

    /// <summary>Most events of one actor, so that fast journals do not fill the disk.</summary>
    public int EventsMax => eventsMax;

    public bool IsOver => _over;

    /// <summary>All reports; faults when an event could not be persisted.</summary>
    public Task<IReadOnlyList<WritingReport>> Finished => _finished.Task;

    public void End() => _over = true;

    public void Finish(WritingReport report)
    {
        lock (_reports)
        {
            _reports.Add(report);
            if (_reports.Count == actors)
            {
                _finished.SetResult(_reports);
            }
        }
    }

    public void Fail(Exception cause) => _finished.TrySetException(cause);
}
