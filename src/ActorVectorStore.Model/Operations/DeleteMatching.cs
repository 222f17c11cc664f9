namespace ActorVectorStore.Model;

/// <summary>Deletes the points that pass a filter when the operation is applied; there may be none.</summary>
public sealed class DeleteMatching : ShardOperation
{
    /// <summary>Keeps the filter.</summary>
    public DeleteMatching(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Filter = filter;
        BodyBytes = FilterFormat.Size(filter);
    }

    /// <summary>What a point must pass to be deleted; a filter without clauses deletes all.</summary>
    public Filter Filter { get; }

    internal override byte Kind => OperationFormat.KindDeleteMatching;

    internal override long BodyBytes { get; }
}
