namespace ActorVectorStore.Wal;

/// <summary>The result of reading every byte of a log.</summary>
/// <param name="Batches">Batches read whole.</param>
/// <param name="Bytes">Bytes of their frames.</param>
/// <param name="Problems">What is damaged; empty for a sound log.</param>
public sealed record WalVerification(long Batches, long Bytes, IReadOnlyList<WalProblem> Problems);

/// <summary>One damaged place.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="Expected">What an intact file has there.</param>
/// <param name="Found">What is there.</param>
public sealed record WalProblem(string File, long Offset, string Expected, string Found);
