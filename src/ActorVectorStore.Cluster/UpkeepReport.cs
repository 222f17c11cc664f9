namespace ActorVectorStore.Cluster;

/// <summary>A piece of upkeep that ended well.</summary>
/// <param name="Shard">The shard's name, as in errors.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Duration">From its beginning until its result was in use; waiting for a thread, and for the disk of others, included.</param>
/// <param name="ReadBytes">Of a compaction, bytes of the files that were rewritten; of a recovery, bytes of the events that were applied again; otherwise 0.</param>
/// <param name="WrittenBytes">Bytes of the files and of the manifest that were written.</param>
/// <param name="MendedSections">Damaged derived sections that were written anew.</param>
public readonly record struct UpkeepReport(
    string Shard, UpkeepKind Kind, TimeSpan Duration, long ReadBytes, long WrittenBytes, int MendedSections = 0);
