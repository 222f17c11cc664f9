namespace ActorVectorStore.Model;

/// <summary>Replaces payloads by another.</summary>
public sealed class OverwritePayload : PayloadOperation
{
    /// <summary>Keeps the parts.</summary>
    /// <param name="selection">Whose payloads are replaced.</param>
    /// <param name="payload">What they are replaced by.</param>
    public OverwritePayload(PointSelection selection, Payload payload)
        : base(selection)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Payload = payload;
        BodyBytes = OperationFormat.PayloadLengthBytes + OperationFormat.PayloadBytes(payload) + selection.Bytes;
    }

    /// <summary>What the payloads are replaced by.</summary>
    public Payload Payload { get; }

    /// <inheritdoc />
    public override PayloadOperation With(PointSelection selection) => new OverwritePayload(selection, Payload);

    /// <inheritdoc />
    public override PayloadEdit ToEdit() => PayloadEdit.ReplaceBy(Payload);

    internal override byte Kind => OperationFormat.KindOverwritePayload;

    internal override long BodyBytes { get; }
}
