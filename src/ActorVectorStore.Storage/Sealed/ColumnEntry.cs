namespace ActorVectorStore.Storage;

/// <summary>A vector column as the directory describes it.</summary>
/// <param name="Column">Its description.</param>
/// <param name="PresentRows">Rows that have a vector in it.</param>
internal readonly record struct ColumnEntry(SealedColumn Column, int PresentRows);
