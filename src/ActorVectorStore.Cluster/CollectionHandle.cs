using System.Collections.Immutable;
using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>A collection as its callers see it.</summary>
/// <param name="Schema">What it is.</param>
/// <param name="Creation">Sequence number of its creation in the catalog: part of its shards' identities.</param>
/// <param name="Shards">Its shards, by number.</param>
public sealed record CollectionHandle(CollectionSchema Schema, long Creation, ImmutableArray<ShardHandle> Shards)
{
    /// <summary>The shard of a point.</summary>
    public ShardHandle ShardOf(PointId id) => Shards[ShardRouting.ShardOf(id, Schema.ShardCount)];

    internal static CollectionHandle Of(CollectionSchema schema, long creation, ShardOptions options) => new(
        schema,
        creation,
        [.. Enumerable.Range(0, schema.ShardCount).Select(shard =>
            new ShardHandle(string.Create(CultureInfo.InvariantCulture, $"shard {shard} of collection '{schema.Name}'"), options))]);

    /// <summary>Under which a shard's events and snapshots are stored, for ever.</summary>
    internal static string PersistenceIdOf(CollectionSchema schema, long creation, int shard) =>
        string.Create(CultureInfo.InvariantCulture, $"shard/{schema.Name.StorageName}/{creation}/{shard}");
}
