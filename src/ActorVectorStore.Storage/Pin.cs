namespace ActorVectorStore.Storage;

/// <summary>A name for a log index, at which the shard stays readable.</summary>
/// <param name="Name">The name: 1 to 255 UTF-16 code units.</param>
/// <param name="Index">The index.</param>
public readonly record struct Pin(string Name, long Index);
