namespace ActorVectorStore.Wal;

/// <summary>Says which batches a reader reads, in which order.</summary>
internal interface IBatchSource
{
    /// <summary>The place of the next batch; false at the end. May read through the window.</summary>
    bool TryNext(FrameWindow window, out Segment segment, out uint offset);
}
