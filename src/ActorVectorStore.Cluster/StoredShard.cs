using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>The event of a shard: operations as <see cref="Model.OperationCodec"/> wrote them. Its index is its sequence number.</summary>
/// <param name="Operations">The bytes; they never change.</param>
public sealed record ShardEvent(ReadOnlyMemory<byte> Operations);

/// <summary>A snapshot on its way to disk: an open view, written by whoever serializes it. The shard closes the view when the save has ended.</summary>
/// <param name="View">The shard at the snapshot's index.</param>
public sealed record ShardSnapshotView(ReadView View);

/// <summary>A snapshot read back: bytes of <see cref="ShardSnapshotFormat"/>.</summary>
/// <param name="Bytes">The bytes; they never change.</param>
public sealed record ShardSnapshotBytes(byte[] Bytes);
