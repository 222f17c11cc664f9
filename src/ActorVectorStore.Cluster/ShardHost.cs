using ActorVectorStore.Model;
using Akka.Actor;
using Akka.Pattern;

namespace ActorVectorStore.Cluster;

/// <summary>
/// The parent of all shards and of the erasers of those that were dropped. It lives as long as the system, whatever becomes of the catalog, and
/// takes every request of the catalog any number of times.
/// </summary>
internal sealed class ShardHost : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RestartBackoffMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestartBackoffMax = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, ShardHandle> _handles = [];
    private readonly Dictionary<IActorRef, ShardIdentity> _stopping = [];
    private readonly Dictionary<IActorRef, ShardHandle> _resting = [];
    private readonly HashSet<string> _gone = [];
    private readonly ShardEnvironment _environment;
    private IActorRef _catalog = ActorRefs.Nobody;

    public ShardHost(ShardEnvironment environment)
    {
        _environment = environment;
        Receive<StartShard>(StartShard);
        Receive<EraseShards>(EraseShards);
        Receive<PassivateIdle>(TellIdle);
        Receive<ShardRests>(rests => StopResting(rests.ActorName));
        Receive<Terminated>(terminated => Stopped(terminated.ActorRef));
        Receive<KeeperStopped>(stopped => StartEraser(stopped.Shard));
        Receive<ShardErased>(erased => _catalog.Tell(erased));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        if (_environment.Options.PassivateAfter is { } interval)
        {
            Timers.StartPeriodicTimer(nameof(PassivateIdle), new PassivateIdle(), interval);
        }
    }

    // A shard that is opened again reads the log: one that will not come back stays.
    private void TellIdle(PassivateIdle request)
    {
        var canReopen = _environment.CanReopen();
        foreach (var (name, handle) in _handles)
        {
            if (handle.IsQuietSinceLastAsked() && canReopen)
            {
                Context.Child(name).Tell(new Rest(name));
            }
        }

        request.Complete();
    }

    private void StopResting(string name)
    {
        if (_handles.Remove(name, out var handle))
        {
            var shard = Context.Child(name);
            _resting[shard] = handle;
            Context.Watch(shard);
            Context.Stop(shard);
        }
    }

    private void Stopped(IActorRef stopped)
    {
        if (_resting.Remove(stopped, out var handle))
        {
            handle.EndRest();
        }

        StopKeeper(stopped);
    }

    // Whoever uses a collection while it is dropped may come late.
    private void StartShard(StartShard start)
    {
        var name = start.Shard.ActorName;
        if (_gone.Contains(name) || !Context.Child(name).IsNobody())
        {
            return;
        }

        _handles[name] = start.Handle;
        Context.ActorOf(SupervisorOf(start.Shard, start.Handle), name);
    }

    private Props SupervisorOf(ShardIdentity identity, ShardHandle handle)
    {
        var environment = _environment;
        var shard = Props.Create(() => new ShardActor(identity, handle, environment)).WithDispatcher(ShardActor.Dispatcher);
        return BackoffSupervisor.Props(
            Backoff.OnStop(shard, "shard", RestartBackoffMin, RestartBackoffMax, 0.2, -1).WithDefaultStoppingStrategy());
    }

    private void EraseShards(EraseShards erase)
    {
        _catalog = Sender;
        foreach (var identity in erase.Shards)
        {
            _gone.Add(identity.ActorName);
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

    // What is still being written in the background would stay behind the eraser.
    private void StopKeeper(IActorRef stopped)
    {
        if (_stopping.Remove(stopped, out var identity))
        {
            _handles.Remove(identity.ActorName, out var handle);
            var ended = handle?.StopKeeperAsync() ?? Task.CompletedTask;
            ended.PipeTo(Self, success: () => new KeeperStopped(identity));
        }
    }

    private void StartEraser(ShardIdentity identity)
    {
        var (id, name, place) = (identity.PersistenceId, "erase-" + identity.ActorName, _environment.Disk.PlaceOf(identity.ActorName));
        if (Context.Child(name).IsNobody())
        {
            Context.ActorOf(Props.Create(() => new ShardEraser(id, place)), name);
        }
    }

    private sealed record KeeperStopped(ShardIdentity Shard);
}

/// <summary>Which shard of which collection.</summary>
internal sealed record ShardIdentity(CollectionSchema Schema, long Creation, int Shard)
{
    public string PersistenceId => CollectionHandle.PersistenceIdOf(Schema, Creation, Shard);

    public string ActorName => CollectionHandle.ShardNameOf(Creation, Shard);
}
