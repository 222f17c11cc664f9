namespace ActorVectorStore.Model;

/// <summary>A moment, of a datetime index.</summary>
/// <param name="Value">The moment, to 100 nanoseconds.</param>
public sealed record OrderInstant(Instant Value) : OrderValue;
