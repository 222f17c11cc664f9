namespace ActorVectorStore.Persistence;

/// <summary>Persistence ids in the order in which they became known, numbered from 0. Thread-safe.</summary>
internal sealed class SnapshotPersistenceIds
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _ordered = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _ordered.Count;
            }
        }
    }

    public string this[int number]
    {
        get
        {
            lock (_gate)
            {
                return _ordered[number];
            }
        }
    }

    /// <summary>Whether it was not known.</summary>
    public bool Add(string persistenceId)
    {
        lock (_gate)
        {
            if (!_known.Add(persistenceId))
            {
                return false;
            }

            _ordered.Add(persistenceId);
            return true;
        }
    }
}
