namespace ActorVectorStore.Wal;

/// <summary>
/// A write or a sync of the log failed, so that nobody knows what the disk holds of the last commit. The log refuses every further write for good;
/// what was acknowledged can still be read. The process must open the directory anew.
/// </summary>
public sealed class LogPoisonedException : IOException
{
    /// <summary>Names the directory and carries the first failure.</summary>
    public LogPoisonedException(string directory, Exception cause)
        : base($"The log in {directory} stopped writing after a failure that left the disk's state unknown: {cause?.Message} Open it again to go on.", cause)
        => Directory = directory;

    /// <summary>The log's directory.</summary>
    public string Directory { get; }
}
