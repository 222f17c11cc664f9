namespace ActorVectorStore.Storage;

/// <summary>The result of reading every file of a database's shards.</summary>
/// <param name="Shards">Directories of shards.</param>
/// <param name="Segments">Files of segments, whole or not.</param>
/// <param name="DeletionFiles">Files of deletions, whole or not.</param>
/// <param name="VectorIndexes">Files of vector indexes, whole or not.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="OtherFiles">Files that are none of these, and were not read: what a crash left unfinished, which goes when its shard is opened, and foreign ones.</param>
/// <param name="Damages">What is damaged, file by file; empty if all is well.</param>
public sealed record ShardVerification(
    int Shards, int Segments, int DeletionFiles, int VectorIndexes, long Bytes, int OtherFiles, IReadOnlyList<ShardDamage> Damages);
