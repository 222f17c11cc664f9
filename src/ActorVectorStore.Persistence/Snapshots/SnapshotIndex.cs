namespace ActorVectorStore.Persistence;

/// <summary>The snapshot files of a directory by the hash of their persistence id. Thread-safe.</summary>
internal sealed class SnapshotIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, List<SnapshotEntry>> _entries = [];

    /// <summary>Number of files.</summary>
    public int Count { get; private set; }

    public void Add(SnapshotEntry entry)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(entry.Name.Hash, out var list))
            {
                _entries.Add(entry.Name.Hash, list = []);
            }

            list.Add(entry);
            Count++;
        }
    }

    public void Remove(SnapshotEntry entry)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(entry.Name.Hash, out var list) && list.Remove(entry))
            {
                Count--;
                if (list.Count == 0)
                {
                    _entries.Remove(entry.Name.Hash);
                }
            }
        }
    }

    /// <summary>All entries, in no order.</summary>
    public SnapshotEntry[] All()
    {
        lock (_gate)
        {
            return [.. _entries.Values.SelectMany(list => list)];
        }
    }

    /// <summary>The entries of a hash, the highest sequence number first, and of one number the latest generation first.</summary>
    public SnapshotEntry[] NewestFirst(UInt128 hash)
    {
        SnapshotEntry[] entries;
        lock (_gate)
        {
            if (!_entries.TryGetValue(hash, out var list))
            {
                return [];
            }

            entries = [.. list];
        }

        Array.Sort(entries, static (a, b) => (b.Name.SequenceNr, b.Name.Generation).CompareTo((a.Name.SequenceNr, a.Name.Generation)));
        return entries;
    }
}
