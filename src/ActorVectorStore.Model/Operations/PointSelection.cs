namespace ActorVectorStore.Model;

/// <summary>
/// Which points of a shard an operation changes: <see cref="PointsById"/> or <see cref="PointsMatching"/>; there are no others. Immutable, checked when
/// it is made, equal to another that says the same.
/// </summary>
public abstract record PointSelection
{
    private protected PointSelection()
    {
    }

    /// <summary>Bytes of the selection; see <see cref="OperationFormat"/>.</summary>
    internal abstract long Bytes { get; }
}
