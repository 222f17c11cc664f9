namespace ActorVectorStore.Model;

/// <summary>One page of a walk over all points, or those that pass a filter, in the order of their ids. The rules are checked by <see cref="RequestRules"/>.</summary>
public sealed record ScrollRequest
{
    /// <summary>Smallest id that qualifies, inclusive; it need not exist. Null: from the first point.</summary>
    public PointId? Offset { get; init; }

    /// <summary>
    /// Points wanted, 1 to <see cref="ModelLimits.ScrollLimitMax"/>. A page that would have more than <see cref="ModelLimits.ScrollBytesMax"/> has fewer.
    /// </summary>
    public int Limit { get; init; } = 10;

    /// <summary>Which points qualify; null: all. A page goes on until it is full or no point is left.</summary>
    public Filter? Filter { get; init; }

    /// <summary>What each point carries.</summary>
    public PointFields Fields { get; init; } = PointFields.Payload;
}
