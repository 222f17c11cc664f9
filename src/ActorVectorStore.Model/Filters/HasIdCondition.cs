namespace ActorVectorStore.Model;

/// <summary>The point is one of these. Without ids it never holds.</summary>
public sealed record HasIdCondition : Condition
{
    /// <summary>Checks and keeps the ids.</summary>
    /// <param name="ids">At most <see cref="ModelLimits.IdsPerRequestMax"/>; copied.</param>
    /// <exception cref="InvalidRequestException">There are too many.</exception>
    public HasIdCondition(IReadOnlyList<PointId> ids) => Ids = ValueList<PointId>.Copy("has_id", ids, ModelLimits.IdsPerRequestMax);

    /// <summary>The ids.</summary>
    public IReadOnlyList<PointId> Ids { get; }

    internal override FilterExtent Extent => FilterExtent.OfPointCondition;
}
