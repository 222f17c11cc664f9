namespace ActorVectorStore.Wal;

/// <summary>A batch begins at or below the highest sequence number of its stream: it, or another in its place, was appended before. Nothing was written.</summary>
public sealed class SequenceConflictException : Exception
{
    /// <summary>Names the stream and both numbers.</summary>
    public SequenceConflictException(string stream, long highestSequence, long firstSequence)
        : base($"Stream '{stream}' has events up to {highestSequence}; expected a batch that begins above it, found one that begins at {firstSequence}.")
    {
        Stream = stream;
        HighestSequence = highestSequence;
        FirstSequence = firstSequence;
    }

    /// <summary>The stream's name.</summary>
    public string Stream { get; }

    /// <summary>Highest sequence number stored or accepted for storing.</summary>
    public long HighestSequence { get; }

    /// <summary>First sequence number of the refused batch.</summary>
    public long FirstSequence { get; }
}
