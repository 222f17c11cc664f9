namespace ActorVectorStore.Storage;

/// <summary>How far a verification is.</summary>
/// <param name="Files">Files that are done.</param>
/// <param name="FilesTotal">All files.</param>
/// <param name="Bytes">Bytes read.</param>
public readonly record struct ShardVerificationProgress(int Files, int FilesTotal, long Bytes);
