namespace ActorVectorStore.Wal;

/// <summary>Where an event batch is and what it holds.</summary>
/// <param name="Stream">The batch's stream.</param>
/// <param name="FirstSequence">Sequence number of its first event.</param>
/// <param name="Count">Number of events.</param>
/// <param name="FirstOrdinal">Ordinal of its first event; 0 where the source does not say.</param>
/// <param name="Offset">Offset of the frame in its segment's file.</param>
/// <param name="Bytes">Bytes of the whole frame.</param>
internal readonly record struct FrameReference(StreamEntry Stream, long FirstSequence, int Count, long FirstOrdinal, uint Offset, long Bytes)
{
    public long LastSequence => FirstSequence + Count - 1;

    public long LastOrdinal => FirstOrdinal + Count - 1;
}
