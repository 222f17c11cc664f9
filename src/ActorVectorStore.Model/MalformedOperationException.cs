namespace ActorVectorStore.Model;

/// <summary>
/// The bytes of an event are not what <see cref="OperationCodec"/> writes. Nothing of the event was applied. Reaction: treat the source (log,
/// peer) as damaged; never skip the event.
/// </summary>
public sealed class MalformedOperationException : VectorDatabaseException
{
    /// <summary>Says what is wrong, where.</summary>
    /// <param name="offset">First byte of the damaged field in the event.</param>
    /// <param name="expected">What an intact event has there.</param>
    /// <param name="found">What this event has there.</param>
    public MalformedOperationException(int offset, string expected, string found)
        : base($"The event is damaged at offset {offset}: expected {expected}, found {found}.")
    {
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>First byte of the damaged field in the event.</summary>
    public int Offset { get; }

    /// <summary>What an intact event has there.</summary>
    public string Expected { get; }

    /// <summary>What this event has there.</summary>
    public string Found { get; }
}
