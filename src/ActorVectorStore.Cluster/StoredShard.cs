using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>The event of a shard: operations as <see cref="Model.OperationCodec"/> wrote them. Its index is its sequence number.</summary>
/// <param name="Operations">The bytes; they never change.</param>
public sealed record ShardEvent(ReadOnlyMemory<byte> Operations);

/// <summary>A checkpoint of a shard: what <see cref="CheckpointSave.Manifest"/> is.</summary>
/// <param name="Bytes">The bytes; they never change.</param>
public sealed record ShardManifestBytes(ReadOnlyMemory<byte> Bytes);

/// <summary>A snapshot of all points of a shard, as version 1 of this program saved it; it is not written any more.</summary>
/// <param name="Bytes">Bytes of <see cref="ShardSnapshotFormat"/>; they never change.</param>
public sealed record ShardSnapshotBytes(byte[] Bytes);
