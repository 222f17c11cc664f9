namespace ActorVectorStore.Wal;

/// <summary>A batch as read from the log; its checksums were verified.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="FirstSequence">Sequence number of the first event.</param>
/// <param name="Count">Number of events. Some of them may be deleted: see <see cref="StreamState.DeletedTo"/>.</param>
/// <param name="FirstOrdinal">Ordinal of the first event.</param>
/// <param name="Position">Where the batch's frame begins.</param>
/// <param name="Payload">The bytes that were appended. Valid until the reader moves on or is disposed of; copy what must live longer.</param>
public readonly record struct StoredBatch(
    string Stream,
    long FirstSequence,
    int Count,
    long FirstOrdinal,
    WalPosition Position,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>Sequence number of the last event.</summary>
    public long LastSequence => FirstSequence + Count - 1;

    /// <summary>Ordinal of the last event.</summary>
    public long LastOrdinal => FirstOrdinal + Count - 1;
}
