namespace ActorVectorStore.Model;

/// <summary>
/// The point passes a filter as it is before the write: then it is replaced, else it stays as it was. A point that does not exist is inserted without
/// regard to the filter, unless <see cref="InsertsAbsent"/> says otherwise.
/// </summary>
/// <param name="Filter">What a point that exists must pass.</param>
public sealed record IfMatches(Filter Filter) : WriteCondition
{
    /// <summary>What a point that exists must pass.</summary>
    public Filter Filter { get; } = Filter ?? throw new ArgumentNullException(nameof(Filter));

    /// <summary>Whether points that do not exist are inserted; otherwise they are passed over.</summary>
    public bool InsertsAbsent { get; init; } = true;

    internal override long BodyBytes => FilterFormat.Size(Filter);
}
