namespace ActorVectorStore.Model;

/// <summary>One page of a walk over all points, or those that pass a filter, in the order of their ids or of a field. The rules are checked by <see cref="RequestRules"/>.</summary>
public sealed record ScrollRequest
{
    /// <summary>Smallest id that qualifies, inclusive; it need not exist. Null: from the first point.</summary>
    public PointId? Offset { get; init; }

    /// <summary>
    /// The order of the points; null: by their ids. With one there is no offset, neither here nor in the answer, and a page that would have more than
    /// <see cref="ModelLimits.ScrollBytesMax"/> is refused, since none could go on where it ended.
    /// </summary>
    public OrderBy? OrderBy { get; init; }

    /// <summary>
    /// Points wanted, 1 to <see cref="ModelLimits.ScrollLimitMax"/>. A page by id that would have more than <see cref="ModelLimits.ScrollBytesMax"/> has fewer.
    /// </summary>
    public int Limit { get; init; } = 10;

    /// <summary>Which points qualify; null: all. A page goes on until it is full or no point is left.</summary>
    public Filter? Filter { get; init; }

    /// <summary>What each point carries.</summary>
    public PointFields Fields { get; init; } = PointFields.Payload;
}
