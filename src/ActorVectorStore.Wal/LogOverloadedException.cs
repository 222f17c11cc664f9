namespace ActorVectorStore.Wal;

/// <summary>More bytes wait for a commit than the log lets wait. Nothing was written; try again when appends have completed.</summary>
public sealed class LogOverloadedException : Exception
{
    /// <summary>Says what waits and how much may.</summary>
    public LogOverloadedException(long queuedBytes, long queueBytesMax)
        : base($"{queuedBytes} bytes wait for a commit; expected at most {queueBytesMax} together with this batch. Try again later.")
    {
        QueuedBytes = queuedBytes;
        QueueBytesMax = queueBytesMax;
    }

    /// <summary>Bytes that wait, counted as <see cref="WalOptions.QueueBytesMax"/> says.</summary>
    public long QueuedBytes { get; }

    /// <summary>The bound, <see cref="WalOptions.QueueBytesMax"/>.</summary>
    public long QueueBytesMax { get; }
}
