namespace ActorVectorStore.Model;

/// <summary>
/// Points ranked by a query and grouped by the values of a field of their payloads. <see cref="QueryStage.Limit"/> is the number of groups wanted; fewer come back only if there are fewer.
/// </summary>
/// <remarks>
/// A group is a value: a text of at most 49,152 bytes of UTF-8, or an integer of 64 bits with sign that is written as one. Of an array each element counts, so that a point may be in several
/// groups; points without such a value are in none. There are never fewer groups, or points in them, than exist; which are the best is as exact as the search of the query. Groups come in the order of their best points, equal ones in the order of values, integers before texts; in a group the best points come first.
/// </remarks>
public sealed record QueryGroupsRequest : QueryStage
{
    /// <summary>Where the values are.</summary>
    public required PayloadPath GroupBy { get; init; }

    /// <summary>
    /// Points of a group, at most; at least 1. Fewer come back only if fewer qualify. Limit times this is at most <see cref="ModelLimits.SearchWindowMax"/>.
    /// </summary>
    public int GroupSize { get; init; } = 3;

    /// <inheritdoc cref="QueryRequest.Fields" />
    public PointFields Fields { get; init; } = PointFields.Payload;

    /// <inheritdoc cref="QueryRequest.VectorNames" />
    public IReadOnlyList<string>? VectorNames { get; init => field = value is null ? null : ValueList<string>.Copy("vector names", value, ModelLimits.VectorsMax); }
}
