namespace ActorVectorStore.Model;

/// <summary>
/// A shard stopped, or did not answer in time, while it had the request. <b>The outcome of a write is unknown</b>: each shard's part is
/// applied whole or not at all, and durable if it is. Reaction: read, or send the same write again once the store is back; both are safe.
/// </summary>
public sealed class StoreUnavailableException : VectorDatabaseException
{
    /// <summary>Says what stopped and why.</summary>
    /// <param name="part">What stopped, for example <c>shard 3 of 'words'</c>.</param>
    /// <param name="reason">Why, as far as it is known.</param>
    /// <param name="cause">The error that stopped it.</param>
    public StoreUnavailableException(string part, string reason, Exception? cause = null)
        : base($"{part} is unavailable: {reason}", cause) => Part = part;

    /// <summary>What stopped.</summary>
    public string Part { get; }
}
