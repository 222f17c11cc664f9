namespace ActorVectorStore.Model;

/// <summary>
/// How many points have each value of a field. It needs a payload index of the field of kind keyword, integer, bool or uuid, which says what the values are; of
/// several the first in that order counts. The rules are checked by <see cref="RequestRules"/>.
/// </summary>
/// <remarks>
/// Counts are of points and always exact, over all shards; there is no cheaper approximation to ask for. A point counts once for each different value that it has. Values that the
/// index does not hold do not count: those of other types, texts of more than 49,152 bytes.
/// </remarks>
public sealed record FacetRequest
{
    /// <summary>Where the values are.</summary>
    public required PayloadPath Path { get; init; }

    /// <summary>
    /// Values wanted, 1 to <see cref="ModelLimits.FacetLimitMax"/>; fewer come back only if there are fewer. Values are counted in their order, and the best so far are kept: if these
    /// together pass <see cref="ModelLimits.FacetBytesMax"/> at any time, the request is refused, also where better and shorter values would have come later.
    /// </summary>
    public int Limit { get; init; } = 10;

    /// <summary>Which points count; null: all.</summary>
    public Filter? Filter { get; init; }
}
