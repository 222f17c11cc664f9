namespace ActorVectorStore.Model;

/// <summary>Removes what some paths lead to from payloads; paths that lead to nothing are passed over.</summary>
public sealed class DeletePayloadKeys : PayloadOperation
{
    /// <summary>Checks and keeps the parts.</summary>
    /// <param name="selection">Whose payloads are changed.</param>
    /// <param name="paths">1 to <see cref="ModelLimits.PathsPerRequestMax"/>; copied.</param>
    /// <exception cref="InvalidRequestException">There is no path, there are too many, or one is null.</exception>
    public DeletePayloadKeys(PointSelection selection, IReadOnlyList<PayloadPath> paths)
        : base(selection)
    {
        ArgumentNullException.ThrowIfNull(paths);
        RequestRules.RequireCount("keys", paths.Count, ModelLimits.PathsPerRequestMax);
        Paths = ValueList<PayloadPath>.Copy("keys", paths, ModelLimits.PathsPerRequestMax);
        BodyBytes = OperationFormat.CountBytes + Paths.Sum(FilterFormat.PathBytes) + selection.Bytes;
    }

    /// <summary>Where the values are that are removed.</summary>
    public IReadOnlyList<PayloadPath> Paths { get; }

    /// <inheritdoc />
    public override PayloadOperation With(PointSelection selection) => new DeletePayloadKeys(selection, Paths);

    /// <inheritdoc />
    public override PayloadEdit ToEdit() => PayloadEdit.RemoveKeys(Paths);

    internal override byte Kind => OperationFormat.KindDeletePayloadKeys;

    internal override long BodyBytes { get; }
}
