namespace ActorVectorStore.Cluster;

/// <summary>Kinds of a shard's upkeep.</summary>
public enum UpkeepKind
{
    /// <summary>Rows were written from memory to a file.</summary>
    Flush,

    /// <summary>Files were rewritten into one.</summary>
    Compaction,

    /// <summary>A manifest was saved.</summary>
    Checkpoint,

    /// <summary>A vector index was read or built.</summary>
    VectorIndex,

    /// <summary>A shard was opened, or came back after its actor had stopped.</summary>
    Recovery,
}
