namespace ActorVectorStore.Storage;

/// <summary>How far a backup, its check or its restoring is.</summary>
/// <param name="Files">Files that are done.</param>
/// <param name="CopiedBytes">Bytes that were read and, if it is no check, written.</param>
/// <param name="KeptFiles">Files of these that an earlier backup had already.</param>
/// <param name="LinkedFiles">Files of these that are now a second name of the database's file.</param>
public readonly record struct BackupProgress(int Files, long CopiedBytes, int KeptFiles, int LinkedFiles);
