namespace ActorVectorStore.Model;

/// <summary>Merges an object into payloads: its keys replace those that are there, keys with the value null are removed, all others stay.</summary>
public sealed class SetPayload : PayloadOperation
{
    /// <summary>Keeps the parts.</summary>
    /// <param name="selection">Whose payloads are changed.</param>
    /// <param name="payload">The object that is merged.</param>
    /// <param name="key">Where in each payload it is merged; null for the payload itself.</param>
    public SetPayload(PointSelection selection, Payload payload, PayloadPath? key = null)
        : base(selection)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Payload = payload;
        Key = key;
        BodyBytes = OperationFormat.PayloadLengthBytes + OperationFormat.PayloadBytes(payload)
            + (key is null ? OperationFormat.NoPathBytes : FilterFormat.PathBytes(key)) + selection.Bytes;
    }

    /// <summary>The object that is merged.</summary>
    public Payload Payload { get; }

    /// <summary>Where in each payload it is merged; null for the payload itself.</summary>
    public PayloadPath? Key { get; }

    /// <inheritdoc />
    public override PayloadOperation With(PointSelection selection) => new SetPayload(selection, Payload, Key);

    /// <inheritdoc />
    public override PayloadEdit ToEdit() => PayloadEdit.Merge(Payload, Key);

    internal override byte Kind => OperationFormat.KindSetPayload;

    internal override long BodyBytes { get; }
}
