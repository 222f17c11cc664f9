namespace ActorVectorStore.Model;

/// <summary>
/// An event was written by a newer program: its format version, or the kind of an operation or of a part of its filter, is unknown here. Nothing of it
/// was applied.
/// Reaction: run the program version that wrote it, or a later one; never skip the event.
/// </summary>
public sealed class UnsupportedOperationException : VectorDatabaseException
{
    /// <summary>Says what was found and what this program knows.</summary>
    /// <param name="subject">The field, for example <c>format version</c> or <c>operation kind</c>.</param>
    /// <param name="found">Its value in the event.</param>
    /// <param name="newestSupported">The highest value that this program knows.</param>
    public UnsupportedOperationException(string subject, int found, int newestSupported)
        : base($"The event has {subject} {found}; this program knows those up to {newestSupported}. "
            + "Open it with the program version that wrote it, or a later one.")
    {
        Subject = subject;
        Found = found;
        NewestSupported = newestSupported;
    }

    /// <summary>The field.</summary>
    public string Subject { get; }

    /// <summary>Its value in the event.</summary>
    public int Found { get; }

    /// <summary>The highest value that this program knows.</summary>
    public int NewestSupported { get; }
}
