namespace ActorVectorStore;

/// <summary>What a file of a database is for. The catalogue of collections has no file of its own: its events are in the log.</summary>
public enum FileKind
{
    /// <summary>The write-ahead log: segments, spare ones, its identity.</summary>
    Log,

    /// <summary>Sealed segments: points with their vectors, payloads and payload indexes.</summary>
    Segment,

    /// <summary>Which rows of sealed segments are deleted.</summary>
    Deletions,

    /// <summary>Graphs over the vectors of sealed segments.</summary>
    VectorIndex,

    /// <summary>Snapshots: the manifests of shards.</summary>
    Snapshot,

    /// <summary>Temporary files in which payload indexes are sorted.</summary>
    Sorting,

    /// <summary>Files of a backup.</summary>
    Backup,

    /// <summary>Directories; only their names are synced.</summary>
    Directory,

    /// <summary>Everything else: the lock, the mark of an unfinished restoring, files of others.</summary>
    Other,
}
