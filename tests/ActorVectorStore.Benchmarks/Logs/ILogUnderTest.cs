namespace ActorVectorStore.Benchmarks.Logs;

/// <summary>Receives one record; the bytes are valid only during the call.</summary>
internal delegate void RecordHandler(ReadOnlySpan<byte> record);

/// <summary>
/// One open log. Each caller has a number and at most one append outstanding; the payload does not change until the append has completed.
/// An append that has completed is durable in the sense that the log's entry in <see cref="LogCatalogue"/> states.
/// </summary>
internal interface ILogUnderTest : IDisposable
{
    /// <summary>Appends and blocks the calling thread until the payload is durable.</summary>
    void Append(int caller, ReadOnlyMemory<byte> payload);

    /// <summary>Appends; completes when the payload is durable.</summary>
    ValueTask AppendAsync(int caller, ReadOnlyMemory<byte> payload);

    /// <summary>Sync calls so far, where they go through our own file system port; null where only the device's counter knows.</summary>
    long? Syncs { get; }

    /// <summary>Bytes passed to write calls so far, where they go through our own file system port; null where only the process's counter knows.</summary>
    long? FileBytesWritten { get; }

    /// <summary>Bytes that opening read, where the log says it.</summary>
    long? BytesReadByOpening { get; }

    /// <summary>Does what the log offers to make the next opening cheap: a checkpoint, a flush of memory tables. Many have nothing to do.</summary>
    void Checkpoint();

    /// <summary>Reads every record, checked as the log checks it, in the log's order.</summary>
    void ReadAll(RecordHandler handler);
}
