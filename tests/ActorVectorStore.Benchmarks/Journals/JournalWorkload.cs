namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>What the actors of one pass do.</summary>
/// <param name="Actors">How many write, and recover.</param>
/// <param name="PayloadBytes">Bytes of an event.</param>
/// <param name="Mode">How they persist.</param>
/// <param name="WritingTime">When they stop, unless they have persisted their share before.</param>
/// <param name="EventsMax">The share: most events of one actor.</param>
internal sealed record JournalWorkload(int Actors, int PayloadBytes, PersistMode Mode, TimeSpan WritingTime, int EventsMax);
