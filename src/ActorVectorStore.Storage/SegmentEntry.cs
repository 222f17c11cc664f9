namespace ActorVectorStore.Storage;

/// <summary>A sealed segment in a manifest.</summary>
/// <param name="Id">Its identity, which its file is named by.</param>
/// <param name="RowCount">Its rows, at least 1.</param>
/// <param name="FileBytes">Length of its file.</param>
/// <param name="LastInsertedAt">Highest log index that inserted one of its rows.</param>
/// <param name="DeletionsAt">Log index up to which the file of its deletions knows them; 0: none of its rows is deleted, and there is no such file.</param>
/// <param name="DeletionCount">Rows that the file of its deletions has.</param>
internal sealed record SegmentEntry(
    SealedSegmentId Id, int RowCount, long FileBytes, long LastInsertedAt, long DeletionsAt = 0, int DeletionCount = 0);
