namespace ActorVectorStore.Model;

/// <summary>Lets go of the index that <see cref="PinIndex"/> keeps under a name; a name that is not pinned is passed over.</summary>
public sealed class ReleasePin : ShardOperation
{
    /// <summary>Keeps the name.</summary>
    public ReleasePin(PinName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        BodyBytes = FilterFormat.TextBytes(name.Value);
    }

    /// <summary>The name.</summary>
    public PinName Name { get; }

    internal override byte Kind => OperationFormat.KindReleasePin;

    internal override long BodyBytes { get; }
}
