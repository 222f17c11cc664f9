namespace ActorVectorStore.Model;

/// <summary>Replaces payloads by <see cref="Payload.Empty"/>.</summary>
public sealed class ClearPayload : PayloadOperation
{
    /// <summary>Keeps the selection.</summary>
    /// <param name="selection">Whose payloads are cleared.</param>
    public ClearPayload(PointSelection selection)
        : base(selection) => BodyBytes = selection.Bytes;

    /// <inheritdoc />
    public override PayloadOperation With(PointSelection selection) => new ClearPayload(selection);

    /// <inheritdoc />
    public override PayloadEdit ToEdit() => PayloadEdit.ReplaceBy(Payload.Empty);

    internal override byte Kind => OperationFormat.KindClearPayload;

    internal override long BodyBytes { get; }
}
