namespace ActorVectorStore.Wal;

/// <summary>What the log says of a durable batch.</summary>
/// <param name="FirstOrdinal">Ordinal of the batch's first event; its other events have the next ones. Ordinals number all events of the log without gaps.</param>
/// <param name="Position">Where the batch's frame begins.</param>
public readonly record struct AppendReceipt(long FirstOrdinal, WalPosition Position);
