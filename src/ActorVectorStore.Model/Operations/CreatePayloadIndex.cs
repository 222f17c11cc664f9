namespace ActorVectorStore.Model;

/// <summary>
/// Wants an index over a field of the payloads, from now on and for what is there: which is built while reads and writes go on. It changes no answer. An index that is
/// there is passed over.
/// </summary>
public sealed class CreatePayloadIndex : ShardOperation
{
    /// <summary>Keeps the description.</summary>
    public CreatePayloadIndex(PayloadIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        Index = index;
        BodyBytes = PayloadIndexFormat.Size(index);
    }

    /// <summary>The index.</summary>
    public PayloadIndex Index { get; }

    internal override byte Kind => OperationFormat.KindCreatePayloadIndex;

    internal override long BodyBytes { get; }
}
