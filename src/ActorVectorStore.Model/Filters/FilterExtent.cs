namespace ActorVectorStore.Model;

/// <summary>How large a condition is. Summed when it is made, so that nothing that walks through a filter can meet one that is too deep for it.</summary>
/// <param name="Conditions">Conditions in it, itself included.</param>
/// <param name="Depth">Filters inside one another, at the deepest place.</param>
/// <param name="AsksForPoint">Whether it asks for more than the payload, and so makes no sense for an element of it.</param>
internal readonly record struct FilterExtent(int Conditions, int Depth, bool AsksForPoint)
{
    public static FilterExtent OfPayloadCondition { get; } = new(1, 0, AsksForPoint: false);

    public static FilterExtent OfPointCondition { get; } = new(1, 0, AsksForPoint: true);

    /// <summary>The extent of a filter over these conditions.</summary>
    /// <exception cref="InvalidRequestException">There are too many, or they are too deep.</exception>
    public static FilterExtent Around(IEnumerable<Condition> conditions)
    {
        var sum = new FilterExtent(1, 0, AsksForPoint: false);
        foreach (var condition in conditions)
            sum = sum.With(condition.Extent);
        return (sum with { Depth = sum.Depth + 1 }).Checked();
    }

    /// <summary>This and one more condition inside the same one.</summary>
    public FilterExtent With(FilterExtent other) =>
        new(Conditions + other.Conditions, Math.Max(Depth, other.Depth), AsksForPoint || other.AsksForPoint);

    private FilterExtent Checked()
    {
        if (Conditions > ModelLimits.FilterConditionsMax)
            throw new InvalidRequestException("filter", $"at most {ModelLimits.FilterConditionsMax} conditions", $"{Conditions}");
        if (Depth > ModelLimits.FilterDepthMax)
            throw new InvalidRequestException("filter", $"at most {ModelLimits.FilterDepthMax} filters inside one another", $"{Depth}");
        return this;
    }
}
