using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using ActorVectorStore.Testing;
using Akka.Actor;
using Akka.Configuration;

namespace ActorVectorStore.Cluster.Tests;

/// <summary>A catalog and its shards on a scripted journal.</summary>
/// <param name="configuration">What is different in the actor system.</param>
public abstract class ClusterTest(string configuration = "") : IAsyncLifetime
{
    protected const string CatalogId = "catalog";

    protected static CollectionName Words { get; } = CollectionName.Parse("words");

    protected static CollectionSchema OneShard { get; } = new(Words, 2, Distance.Dot, 1);

    /// <summary>The identity of a shard of the first collection that a catalog makes.</summary>
    protected static string ShardId(int shard) => CollectionHandle.PersistenceIdOf(OneShard, 1, shard);

    protected ActorSystem System { get; } = ActorSystem.Create("cluster", ConfigurationFactory.ParseString(configuration).WithFallback(ConfigurationFactory.ParseString(
        $$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          persistence.journal.plugin = "akka.persistence.journal.scripted"
          persistence.journal.scripted.class = "{{typeof(ScriptedJournal).AssemblyQualifiedName}}"
          persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.scripted"
          persistence.snapshot-store.scripted.class = "{{typeof(ScriptedSnapshotStore).AssemblyQualifiedName}}"
          persistence.snapshot-store.scripted.circuit-breaker.max-failures = 1000000
          actor.avs-shard-dispatcher { type = ForkJoinDispatcher, dedicated-thread-pool.thread-count = 2 }
        }
        """)).WithFallback(ConfigurationFactory.ParseString(StoredRecordSerializer.Configuration)));

    protected SimulatedFileSystem Disk { get; } = new(seed: 1);

    protected ScriptedJournal.Script Journal => ScriptedJournal.Of(System);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await System.Terminate();

    protected async Task<CatalogDirectory> StartAsync(ShardOptions? options = null)
    {
        var directory = CatalogDirectory.Start(System, options ?? new ShardOptions(), new ShardDisk(Disk, "shards"));
        await directory.ReadyAsync(default);
        return directory;
    }

    protected static async Task<CollectionHandle> CreateAsync(CatalogDirectory directory, CollectionSchema schema)
    {
        await directory.CreateAsync(schema, default);
        var collection = directory.Find(schema.Name);
        foreach (var shard in collection.Shards)
        {
            await StoreOfAsync(shard);
        }

        return collection;
    }

    protected static Task<ShardStore> StoreOfAsync(CollectionHandle collection) => StoreOfAsync(collection.Shards[0]);

    protected static async Task<ShardStore> StoreOfAsync(ShardHandle shard)
    {
        using var use = await shard.UseAsync(default);
        return use.Store;
    }

    protected static UpsertPoints Upsert(ulong id, float x = 1) => new([new Point(PointId.FromNumber(id), new[] { x, 0 })]);

    protected static async Task<IReadOnlyList<ShardPosition>> WriteAsync(
        CollectionHandle collection, ulong id, CancellationToken cancellation = default) =>
        (await collection.WriteAsync([(0, Upsert(id))], cancellation)).Positions;
}
