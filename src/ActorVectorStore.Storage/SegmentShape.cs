namespace ActorVectorStore.Storage;

/// <summary>A segment as the compaction policy sees it.</summary>
/// <param name="Rows">Its rows, at least 1.</param>
/// <param name="UnwantedRows">Rows of these that no read can ask for any more.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="NeedsRewrite">A derived section is damaged or missing, which rewriting mends.</param>
internal readonly record struct SegmentShape(int Rows, int UnwantedRows, long Bytes, bool NeedsRewrite)
{
    /// <summary>About as many bytes as it has when it was rewritten.</summary>
    public long WantedBytes => Bytes - (long)((double)Bytes * UnwantedRows / Rows);
}
