namespace ActorVectorStore.Model;

/// <summary>
/// Points ranked by a query. <c>new QueryRequest { Query = new NearestQuery(VectorInput.Of(vector)) }</c> is the plainest.
/// </summary>
public sealed record QueryRequest : QueryStage
{
    /// <summary>Results skipped at the front, at least 0. Offset plus limit is at most <see cref="ModelLimits.SearchWindowMax"/>.</summary>
    public int Offset { get; init; }

    /// <summary>What each result carries; all together at most <see cref="ModelLimits.QueryAnswerBytesMax"/>, over a batch too, or the request is refused.</summary>
    public PointFields Fields { get; init; } = PointFields.Payload;

    /// <summary>The vectors that results carry if they carry vectors: names of the collection, the empty one included. Null: all.</summary>
    public IReadOnlyList<string>? VectorNames { get; init => field = value is null ? null : ValueList<string>.Copy("vector names", value, ModelLimits.VectorsMax); }
}
