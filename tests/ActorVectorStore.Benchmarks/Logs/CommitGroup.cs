namespace ActorVectorStore.Benchmarks.Logs;

/// <summary>
/// The appends of one commit. Their callers go on in a single work item of the thread pool, so that neither does the writer run callers'
/// code nor does each caller cost a work item of its own.
/// </summary>
internal sealed class CommitGroup(CommitGroupPool pool) : IThreadPoolWorkItem
{
    private Exception? _failure;

    public List<PendingAppend> Appends { get; set; } = [];

    public void Complete(Exception? failure)
    {
        _failure = failure;
        if (Appends.Exists(append => !append.IsBlocking))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            Execute();
        }
    }

    public void Execute()
    {
        foreach (var append in Appends)
        {
            append.Complete(_failure);
        }

        Appends.Clear();
        pool.Return(this);
    }
}

/// <summary>Groups that wait to be used again; a few exist at a time, since a group may still be completing while the next ones commit.</summary>
internal sealed class CommitGroupPool
{
    private readonly Stack<CommitGroup> _idle = new();

    public CommitGroup Rent()
    {
        lock (_idle)
        {
            return _idle.TryPop(out var group) ? group : new CommitGroup(this);
        }
    }

    public void Return(CommitGroup group)
    {
        lock (_idle)
        {
            _idle.Push(group);
        }
    }
}
