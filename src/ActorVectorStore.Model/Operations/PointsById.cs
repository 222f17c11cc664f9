namespace ActorVectorStore.Model;

/// <summary>The points of these ids; ids that do not exist are passed over, and one that occurs twice counts once.</summary>
public sealed record PointsById : PointSelection
{
    /// <summary>Checks and keeps the ids.</summary>
    /// <param name="ids">1 to <see cref="ModelLimits.IdsPerRequestMax"/>; copied.</param>
    /// <exception cref="InvalidRequestException">There is no id, or there are too many.</exception>
    public PointsById(IReadOnlyList<PointId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        RequestRules.RequireCount("ids", ids.Count, ModelLimits.IdsPerRequestMax);
        Ids = ValueList<PointId>.Copy("ids", ids, ModelLimits.IdsPerRequestMax);
    }

    /// <summary>The ids.</summary>
    public IReadOnlyList<PointId> Ids { get; }

    internal override long Bytes => OperationFormat.SelectionKindBytes + OperationFormat.CountBytes + Ids.Sum(id => (long)PointIdFormat.Size(id));
}
