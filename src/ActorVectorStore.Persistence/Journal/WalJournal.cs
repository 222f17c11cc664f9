using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The journal plugin on a write-ahead log. The actor only translates between the framework and the engine; the engine belongs to
/// <see cref="WalPersistence"/>, so that a restart of the actor reopens nothing.
/// </summary>
/// <remarks>
/// States: <i>opening</i> (requests wait in the stash), <i>open</i>, <i>refusing</i> (the engine could not be opened: requests are answered with
/// failures and opening is tried again after a while). It never throws out of a message, because a restart of a journal loses the answers of the
/// writes under way, for which persistent actors then wait for ever.
/// </remarks>
public sealed class WalJournal : AsyncWriteJournal, IWithUnboundedStash
{
    // Reaches ReplayMessagesAsync, which the base class calls after an await and without the request.
    private static readonly AsyncLocal<ReplayReceiver?> Receiver = new();

    private readonly PluginOpening _opening;
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;
    private readonly EncodingEstimate _estimate = new();
    private readonly List<AtomicWrite> _writes = [];
    private JournalSettings? _settings;
    private WriteRequestEncoder? _encoder;
    private JournalWriter? _writer;
    private WalStore? _store;

    /// <summary>Called by the framework with the plugin's section.</summary>
    public WalJournal(Config config)
    {
        var path = Self.Path.Name;
        var self = Self;
        _opening = new PluginOpening(_system, self, config, () =>
        {
            _settings = JournalSettings.Read(config, path);
            return _settings.EnginePath;
        });
    }

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <inheritdoc/>
    public override Task<PersistenceHealthCheckResult> CheckHealthAsync(CancellationToken cancellationToken) =>
        EngineHealth.CheckAsync(base.CheckHealthAsync(cancellationToken), _store, _opening.LastFailure);

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        _writer!.ReadHighestAsync(persistenceId, cancellationToken);

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback) =>
        new JournalReplay(_system, _store!, Receiver.Value, _settings!.ReplayBackpressure)
            .RunAsync(persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        base.PreStart();
        BecomeStacked(WhileOpening);
        _opening.Begin();
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        try
        {
            // Once and here: event adapters run while this goes. Their exceptions fail the request, being no property of one write.
            _writes.AddRange(messages);
            return (_estimate.IsLarge(_writes) ? WriteOnPool([.. _writes], cancellationToken) : _writer!.WriteAsync(_encoder!.Encode(_writes), cancellationToken))!;
        }
        catch (Exception e)
        {
            return Task.FromException<IImmutableList<Exception>>(e);
        }
        finally
        {
            _writes.Clear();
        }
    }

    private Task<IImmutableList<Exception?>?> WriteOnPool(AtomicWrite[] writes, CancellationToken cancellation)
    {
        var encoder = NewEncoder();
        return _writer!.WriteAsync(writes[0].PersistenceId, () => encoder.Encode(writes), cancellation);
    }

    private WriteRequestEncoder NewEncoder() => new(_system, _settings!, _estimate, unwrapsTags: !_store!.Has(PersistenceMutations.KeepTagged));

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        _writer!.DeleteToAsync(persistenceId, toSequenceNr, cancellationToken);

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is not ReplayMessages replay || _store is null)
        {
            return base.AroundReceive(receive, message);
        }

        var receiver = new ReplayReceiver(replay.PersistentActor, ReplayReceiver.AnswerTimeoutDefault);
        var before = Context.GetChildren().ToHashSet();
        Receiver.Value = receiver;
        try
        {
            return base.AroundReceive(receive, message);
        }
        finally
        {
            Receiver.Value = null;
            receiver.Filter = Context.GetChildren().FirstOrDefault(child => !before.Contains(child));
        }
    }

    private bool WhileOpening(object message)
    {
        switch (message)
        {
            case PluginOpening.Opened opened:
                Open(opened.Store);
                return true;
            case PluginOpening.Failed failed:
                UnbecomeStacked();
                BecomeStacked(WhileRefusing);
                _opening.RetryAfter(failed);
                Stash.UnstashAll();
                return true;
            case CheckJournalHealth:
                Sender.Tell(new JournalHealthCheckResponse(EngineHealth.NotOpen(_opening.LastFailure)));
                return true;
            case IJournalRequest:
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
            case CheckJournalHealth:
                Sender.Tell(new JournalHealthCheckResponse(EngineHealth.NotOpen(_opening.LastFailure)));
                return true;
            case IJournalRequest request:
                JournalRefusal.Answer(request, _opening.LastFailure!, Sender);
                return true;
            default:
                return false;
        }
    }

    private void Open(WalStore store)
    {
        _opening.Succeeded();
        _store = store;
        _encoder = NewEncoder();
        _writer = new JournalWriter(store, _settings!.CompressionBytesMin);
        UnbecomeStacked();
        Stash.UnstashAll();
    }
}
