namespace ActorVectorStore.Model;

/// <summary>The points that pass a filter when the operation is applied; there may be none.</summary>
/// <param name="Filter">What a point must pass; a filter without clauses takes all.</param>
public sealed record PointsMatching(Filter Filter) : PointSelection
{
    /// <summary>What a point must pass; a filter without clauses takes all.</summary>
    public Filter Filter { get; } = Filter ?? throw new ArgumentNullException(nameof(Filter));

    internal override long Bytes => OperationFormat.SelectionKindBytes + FilterFormat.Size(Filter);
}
