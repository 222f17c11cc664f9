namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>What the actors persist: opaque bytes.</summary>
internal sealed record BenchmarkEvent(byte[] Payload);
