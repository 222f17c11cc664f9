using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Query;
using Akka.Streams.Dsl;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The read side of a <see cref="WalJournal"/>. The offset of an event is its ordinal in the log: ordinals number all events without gaps, and an
/// event is seen only after it is durable, so that a consumer that continues behind an offset misses nothing and sees nothing twice. Live queries
/// are woken by the log; nothing polls.
/// </summary>
/// <remarks>
/// Tag and all-events queries are exclusive of the offset, those by persistence id inclusive of both numbers. <c>Current*</c> queries end with what
/// was durable when they were materialized. Deleted events are left out. Each query reads ahead of its consumer by at most
/// <c>max-buffer-size</c> events, on threads of the pool. The queries for persistence ids include those that only have snapshots; the first of them
/// reads the head of each snapshot file.
/// </remarks>
public sealed class WalReadJournal :
    IPersistenceIdsQuery,
    ICurrentPersistenceIdsQuery,
    IEventsByPersistenceIdQuery,
    ICurrentEventsByPersistenceIdQuery,
    IEventsByTagQuery,
    ICurrentEventsByTagQuery,
    IAllEventsQuery,
    ICurrentAllEventsQuery
{
    /// <summary>Path of the default read journal: pass it to <c>ReadJournalFor</c>.</summary>
    public const string Identifier = "akka.persistence.query.journal.wal";

    private readonly EventDecoder _decoder;
    private readonly WalEngine _engine;
    private readonly int _pageEventsMax;

    internal WalReadJournal(ExtendedActorSystem system, Config config)
    {
        var persistence = WalPersistence.Get(system);
        var section = config.WithFallback(WalPersistence.DefaultConfiguration().GetConfig(Identifier));
        var writePlugin = section.GetString("write-plugin");
        var journal = system.Settings.Config.GetConfig(writePlugin)
            ?? throw new ConfigurationException($"Expected the journal's section at '{writePlugin}'; found none.");
        _pageEventsMax = section.Number(Identifier, "max-buffer-size", 1, int.MaxValue);
        _engine = persistence.EngineFor(journal.GetString("engine", WalPersistence.EnginePath));
        _decoder = new EventDecoder(system, Akka.Persistence.Persistence.Instance.Apply(system).AdaptersFor(writePlugin));
    }

    /// <summary>The reference configuration; the framework adds it as fallback.</summary>
    public static Config DefaultConfiguration() => WalPersistence.DefaultConfiguration();

    /// <inheritdoc/>
    public Source<string, NotUsed> PersistenceIds() => Source.FromGraph(new PersistenceIdsSource(_engine, live: true));

    /// <inheritdoc/>
    public Source<string, NotUsed> CurrentPersistenceIds() => Source.FromGraph(new PersistenceIdsSource(_engine, live: false));

    /// <inheritdoc/>
    public Source<EventEnvelope, NotUsed> EventsByPersistenceId(string persistenceId, long fromSequenceNr, long toSequenceNr) =>
        Events(new StreamSelection(persistenceId, fromSequenceNr, toSequenceNr), live: true, "eventsByPersistenceId");

    /// <inheritdoc/>
    public Source<EventEnvelope, NotUsed> CurrentEventsByPersistenceId(string persistenceId, long fromSequenceNr, long toSequenceNr) =>
        Events(new StreamSelection(persistenceId, fromSequenceNr, toSequenceNr), live: false, "currentEventsByPersistenceId");

    /// <inheritdoc/>
    public Source<EventEnvelope, NotUsed> EventsByTag(string tag, Offset offset) =>
        Events(new OrdinalSelection(tag, StartOf(offset)), live: true, "eventsByTag");

    /// <inheritdoc/>
    public Source<EventEnvelope, NotUsed> CurrentEventsByTag(string tag, Offset offset) =>
        Events(new OrdinalSelection(tag, StartOf(offset)), live: false, "currentEventsByTag");

    /// <inheritdoc/>
    public Source<EventEnvelope, NotUsed> AllEvents(Offset offset) =>
        Events(new OrdinalSelection(null, StartOf(offset)), live: true, "allEvents");

    /// <inheritdoc/>
    public Source<EventEnvelope, NotUsed> CurrentAllEvents(Offset offset) =>
        Events(new OrdinalSelection(null, StartOf(offset)), live: false, "currentAllEvents");

    private Source<EventEnvelope, NotUsed> Events(EventSelection selection, bool live, string name) =>
        Source.FromGraph(new EventSource(_engine, _decoder, selection, _pageEventsMax, live)).Named(name);

    private static SelectionStart StartOf(Offset? offset) => offset switch
    {
        null or NoOffset => SelectionStart.At(1),
        Sequence sequence => SelectionStart.At(sequence.Value == long.MaxValue ? long.MaxValue : Math.Max(1, sequence.Value + 1)),
        FromEnd end => SelectionStart.FromEnd(end.Count),
        _ => throw new ArgumentException($"Expected an offset of type NoOffset, Sequence or FromEnd; found {offset.GetType().Name}.", nameof(offset)),
    };
}
