namespace ActorVectorStore.Model;

/// <summary>Wants an index no longer; one that is not there is passed over.</summary>
public sealed class DropPayloadIndex : ShardOperation
{
    /// <summary>Keeps the description.</summary>
    public DropPayloadIndex(PayloadIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        Index = index;
        BodyBytes = PayloadIndexFormat.Size(index);
    }

    /// <summary>The index.</summary>
    public PayloadIndex Index { get; }

    internal override byte Kind => OperationFormat.KindDropPayloadIndex;

    internal override long BodyBytes { get; }
}
