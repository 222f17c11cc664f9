using System.Globalization;
using ActorVectorStore.Model;
using Akka.Actor;
using Akka.Pattern;

namespace ActorVectorStore.Cluster;

/// <summary>
/// The parent of all shards and of the erasers of those that were dropped. It lives as long as the system, whatever becomes of the catalog, and
/// takes every request of the catalog any number of times.
/// </summary>
internal sealed class ShardHost : ReceiveActor
{
    private static readonly TimeSpan RestartBackoffMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestartBackoffMax = TimeSpan.FromSeconds(10);

    private readonly Dictionary<IActorRef, ShardIdentity> _stopping = [];
    private readonly ShardOptions _options;
    private IActorRef _catalog = ActorRefs.Nobody;

    public ShardHost(ShardOptions options)
    {
        _options = options;
        Receive<StartShards>(start => StartShards(start.Collection));
        Receive<EraseShards>(EraseShards);
        Receive<Terminated>(terminated => StartEraser(terminated.ActorRef));
        Receive<ShardErased>(erased => _catalog.Tell(erased));
    }

    private void StartShards(CollectionHandle collection)
    {
        for (var shard = 0; shard < collection.Shards.Length; shard++)
        {
            var identity = new ShardIdentity(collection.Schema, collection.Creation, shard);
            if (Context.Child(identity.ActorName).IsNobody())
            {
                Context.ActorOf(SupervisorOf(identity, collection.Shards[shard]), identity.ActorName);
            }
        }
    }

    private Props SupervisorOf(ShardIdentity identity, ShardHandle handle)
    {
        var (id, schema, options) = (identity.PersistenceId, identity.Schema, _options);
        var shard = Props.Create(() => new ShardActor(id, schema, handle, options)).WithDispatcher(ShardActor.Dispatcher);
        return BackoffSupervisor.Props(
            Backoff.OnStop(shard, "shard", RestartBackoffMin, RestartBackoffMax, 0.2, -1).WithDefaultStoppingStrategy());
    }

    private void EraseShards(EraseShards erase)
    {
        _catalog = Sender;
        foreach (var identity in erase.Shards)
        {
            var shard = Context.Child(identity.ActorName);
            if (shard.IsNobody())
            {
                StartEraser(identity);
            }
            else
            {
                // What a shard that still stops persists last would stay behind its eraser.
                _stopping[shard] = identity;
                Context.Watch(shard);
                Context.Stop(shard);
            }
        }
    }

    private void StartEraser(IActorRef stopped)
    {
        if (_stopping.Remove(stopped, out var identity))
        {
            StartEraser(identity);
        }
    }

    private static void StartEraser(ShardIdentity identity)
    {
        var (id, name) = (identity.PersistenceId, "erase-" + identity.ActorName);
        if (Context.Child(name).IsNobody())
        {
            Context.ActorOf(Props.Create(() => new ShardEraser(id)), name);
        }
    }
}

/// <summary>Which shard of which collection.</summary>
internal sealed record ShardIdentity(CollectionSchema Schema, long Creation, int Shard)
{
    public string PersistenceId => CollectionHandle.PersistenceIdOf(Schema, Creation, Shard);

    public string ActorName => string.Create(CultureInfo.InvariantCulture, $"{Creation}-{Shard}");
}
