using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Pattern;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The snapshot store plugin: immutable, checksummed files beside the log of the same engine. Snapshots are serialized off the actor's thread, so
/// that a big one holds up nobody; the persistent actor must therefore hand over an object that it does not change afterwards.
/// </summary>
public sealed class WalSnapshotStore : SnapshotStore, IWithUnboundedStash
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PluginOpening _opening;
    private readonly string? _serializer;
    private WalStore? _store;
    private SnapshotMetadata? _requested;

    /// <summary>Called by the framework with the plugin's section.</summary>
    public WalSnapshotStore(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _serializer = config.GetString("serializer", string.Empty) is { Length: > 0 } name ? name : null;
        _opening = new PluginOpening(_system, Self, config, () => config.GetString("engine", WalPersistence.EnginePath));
    }

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <inheritdoc/>
    public override Task<PersistenceHealthCheckResult> CheckHealthAsync(CancellationToken cancellationToken) =>
        EngineHealth.CheckAsync(base.CheckHealthAsync(cancellationToken), _store, _opening.LastFailure);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        base.PreStart();
        BecomeStacked(WhileOpening);
        _opening.Begin();
    }

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        var system = _system;
        var loaded = await _store!.Snapshots.LoadAsync(persistenceId, criteria, cancellationToken).ConfigureAwait(false);
        if (loaded is not var (header, payload))
        {
            return null!;
        }

        var metadata = new SnapshotMetadata(persistenceId, header.SequenceNr, new DateTime(header.Timestamp, DateTimeKind.Utc));
        return new SelectedSnapshot(metadata, system.Serialization.Deserialize(payload, header.SerializerId, header.Manifest));
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        var (system, serializer) = (_system, _serializer);
        return _store!.Snapshots.SaveAsync(metadata, () => Serialize(system, serializer, snapshot), cancellationToken, _requested);
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) =>
        _store!.Snapshots.DeleteAsync(metadata, cancellationToken);

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        _store!.Snapshots.DeleteAsync(persistenceId, criteria, cancellationToken);

    /// <summary>
    /// Removes what a successful save has replaced and what a failed one has left; the framework passes its results through here before the persistent
    /// actor gets them.
    /// </summary>
    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                Warn(_store!.Snapshots.RemoveSupersededAsync(saved.Metadata), saved.Metadata);
                return true;
            case SaveSnapshotFailure failed:
                Warn(_store!.Snapshots.RemoveFailedAsync(failed.Metadata), failed.Metadata);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is SaveSnapshotFailure && _store is { } store && !store.Has(PersistenceMutations.CleanUpByMetadata))
        {
            // The base class would also delete by the metadata, which fit older snapshots too, and that through the breaker.
            ReceivePluginInternal(message);
            Sender.Tell(message);
            return true;
        }

        // The base class hands a copy of the requested metadata to SaveAsync and the original back with a failure.
        _requested = (message as SaveSnapshot)?.Metadata;
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (OpenCircuitException e) when (_store?.Has(PersistenceMutations.SkipBreakerCatch) != true)
        {
            // A half-open breaker throws from the call itself, which the base class does not expect: it would crash and leave a request without an answer.
            if (message is ISnapshotRequest request)
            {
                SnapshotRefusal.Answer(request, e, Sender);
            }

            return true;
        }
    }

    private void Warn(Task removal, SnapshotMetadata snapshot)
    {
        var log = _log;
        removal.ContinueWith(
            task => log.Warning(task.Exception, "A replaced or failed snapshot of {0} at {1} could not be removed.", snapshot.PersistenceId, snapshot.SequenceNr),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    private bool WhileOpening(object message)
    {
        switch (message)
        {
            case PluginOpening.Opened opened:
                _opening.Succeeded();
                _store = opened.Store;
                UnbecomeStacked();
                Stash.UnstashAll();
                return true;
            case PluginOpening.Failed failed:
                UnbecomeStacked();
                BecomeStacked(WhileRefusing);
                _opening.RetryAfter(failed);
                Stash.UnstashAll();
                return true;
            case CheckSnapshotStoreHealth:
                Sender.Tell(new SnapshotStoreHealthCheckResponse(EngineHealth.NotOpen(_opening.LastFailure)));
                return true;
            case ISnapshotMessage:
                // Requests, and results of saves that an earlier incarnation of this actor began.
                Stash.Stash();
                return true;
            default:
                return false;
        }
    }

    private bool WhileRefusing(object message)
    {
        switch (message)
        {
            case PluginOpening.Retry:
                UnbecomeStacked();
                BecomeStacked(WhileOpening);
                _opening.Begin();
                return true;
            case CheckSnapshotStoreHealth:
                Sender.Tell(new SnapshotStoreHealthCheckResponse(EngineHealth.NotOpen(_opening.LastFailure)));
                return true;
            case ISnapshotRequest request:
                SnapshotRefusal.Answer(request, _opening.LastFailure!, Sender);
                return true;
            case ISnapshotResponse result:
                Sender.Tell(result);
                return true;
            default:
                return false;
        }
    }

    private static SerializedSnapshot Serialize(ExtendedActorSystem system, string? defaultSerializer, object snapshot) =>
        Akka.Serialization.Serialization.WithTransport(system, (System: system, Default: defaultSerializer, Snapshot: snapshot), static state =>
        {
            var serializer = state.System.Serialization.FindSerializerForType(state.Snapshot.GetType(), state.Default);
            var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, state.Snapshot) ?? string.Empty;
            return new SerializedSnapshot(serializer.Identifier, manifest, serializer.ToBinary(state.Snapshot));
        });
}
