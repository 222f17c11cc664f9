namespace ActorVectorStore.Wal;

/// <summary>A batch found by one of its tags.</summary>
internal readonly record struct TaggedFrame(long FirstOrdinal, int Count, uint Offset, bool IsRelocated)
{
    public long LastOrdinal => FirstOrdinal + Count - 1;
}
