namespace ActorVectorStore.Wal;

/// <summary>Pending appends that wait to be used again. A caller in a loop gets back, on its thread, the one it has just given back.</summary>
internal sealed class PendingPool
{
    private const int CountMax = 4096;

    [ThreadStatic]
    private static PendingAppend? _ownedByThread;

    private readonly Stack<PendingAppend> _shared = new();

    public PendingAppend Rent()
    {
        var pending = _ownedByThread;
        if (pending is not null && pending.Pool == this)
        {
            _ownedByThread = null;
        }
        else
        {
            lock (_shared)
            {
                _shared.TryPop(out pending);
            }
        }

        pending ??= new PendingAppend(this);
        pending.Reset();
        return pending;
    }

    public void GiveBack(PendingAppend pending)
    {
        if (_ownedByThread is null)
        {
            _ownedByThread = pending;
            return;
        }

        lock (_shared)
        {
            if (_shared.Count < CountMax)
            {
                _shared.Push(pending);
            }
        }
    }
}
