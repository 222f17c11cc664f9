namespace ActorVectorStore.Model;

/// <summary>
/// How points are ranked: <see cref="NearestQuery"/>, <see cref="RecommendQuery"/>, or a <see cref="FusionQuery"/> of what others have ranked; there are no others. Immutable.
/// </summary>
public abstract record PointQuery
{
    private protected PointQuery()
    {
    }

    /// <summary>The vectors that points are compared with; none of a fusion.</summary>
    public abstract IEnumerable<VectorInput> Inputs { get; }
}
