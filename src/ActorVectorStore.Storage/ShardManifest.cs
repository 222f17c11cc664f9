using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// All of a shard that is durable at a log index: what the log up to it is not needed for any more. Small, however large the shard is: about 60 bytes for each
/// segment.
/// </summary>
/// <param name="Vectors">The collection's vectors.</param>
/// <param name="Index">The log index.</param>
/// <param name="HistoryStart">Lowest index that can be read without a pin.</param>
/// <param name="Segments">The files.</param>
/// <param name="Pins">Indexes that are pinned, by name.</param>
/// <param name="PayloadIndexes">Payload indexes that are wanted, in the order of their creation.</param>
internal sealed record ShardManifest(
    IReadOnlyList<VectorSchema> Vectors,
    long Index,
    long HistoryStart,
    IReadOnlyList<SegmentEntry> Segments,
    IReadOnlyList<Pin> Pins,
    IReadOnlyList<PayloadIndex> PayloadIndexes);
