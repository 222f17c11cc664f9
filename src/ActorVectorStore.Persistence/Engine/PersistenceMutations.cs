namespace ActorVectorStore.Persistence;

/// <summary>
/// Rules that a test can break, one at a time, to show that the suite notices. Reachable from the room's own tests only.
/// </summary>
[Flags]
internal enum PersistenceMutations
{
    None = 0,

    /// <summary>Acknowledge a write before its append has completed.</summary>
    AckBeforeAppend = 1 << 0,

    /// <summary>Replay the deleted events of a batch that has others.</summary>
    IgnoreDeletions = 1 << 1,

    /// <summary>Store tagged events with their wrapper.</summary>
    KeepTagged = 1 << 2,

    /// <summary>Do not wait for earlier work of a persistence id.</summary>
    SkipTurns = 1 << 3,

    /// <summary>Do not give back the bytes of a completed write.</summary>
    KeepBudget = 1 << 4,

    /// <summary>Remove what a save replaces before the save has succeeded.</summary>
    RemoveSupersededEarly = 1 << 5,

    /// <summary>Let what a half-open circuit breaker throws reach the store's supervisor.</summary>
    SkipBreakerCatch = 1 << 6,

    /// <summary>Let the framework clean up after a failed save by its metadata.</summary>
    CleanUpByMetadata = 1 << 7,
}
