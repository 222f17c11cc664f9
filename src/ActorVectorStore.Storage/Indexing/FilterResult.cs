namespace ActorVectorStore.Storage;

/// <summary>What a plan found.</summary>
/// <param name="Rows">The rows that pass; the caller's own.</param>
/// <param name="PayloadsRead">Payloads that had to be asked, because no index knew.</param>
internal sealed record FilterResult(RowBitmap Rows, int PayloadsRead);
