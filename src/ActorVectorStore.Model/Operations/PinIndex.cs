namespace ActorVectorStore.Model;

/// <summary>
/// Keeps the state of the shard at the log index at which this is applied, this event included, readable under a name until <see cref="ReleasePin"/>.
/// A name that is pinned already keeps the index that it has, so that a repeated request moves nothing.
/// </summary>
public sealed class PinIndex : ShardOperation
{
    /// <summary>Keeps the name.</summary>
    public PinIndex(PinName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        BodyBytes = FilterFormat.TextBytes(name.Value);
    }

    /// <summary>The name.</summary>
    public PinName Name { get; }

    internal override byte Kind => OperationFormat.KindPinIndex;

    internal override long BodyBytes { get; }
}
