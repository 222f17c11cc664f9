namespace ActorVectorStore.Model;

/// <summary>
/// Every limit of the vocabulary in one place. A request beyond a limit is refused whole with <see cref="InvalidRequestException"/>, which
/// says the limit and what was found. The limits keep one write inside one event of the log and one answer inside a sane amount of memory.
/// </summary>
public static class ModelLimits
{
    /// <summary>Components of a vector, at most.</summary>
    public const int DimensionMax = 65_536;

    /// <summary>Vectors that a point may have, each under its own name, at most.</summary>
    public const int VectorsMax = 64;

    /// <summary>UTF-8 bytes of a vector's name, at most.</summary>
    public const int VectorNameBytesMax = 255;

    /// <summary>Shards of a collection, at most.</summary>
    public const int ShardCountMax = 1_024;

    /// <summary>UTF-16 code units of a collection's name, at most.</summary>
    public const int CollectionNameLengthMax = 255;

    /// <summary>UTF-8 bytes of one point's payload, without insignificant white space, at most (4 MiB).</summary>
    public const int PayloadBytesMax = 4 << 20;

    /// <summary>Objects and arrays nested in one payload, the outermost object included, at most.</summary>
    public const int PayloadDepthMax = 64;

    /// <summary>Points of one upsert, at most.</summary>
    public const int PointsPerBatchMax = 65_536;

    /// <summary>Ids of one get or delete, at most.</summary>
    public const int IdsPerRequestMax = 65_536;

    /// <summary>Encoded bytes of one operation, counted as <see cref="OperationCodec.Size"/> counts, at most (32 MiB).</summary>
    public const int BatchBytesMax = 32 << 20;

    /// <summary>Bytes of one event, which may carry several operations, at most (48 MiB: below the log's own limit of 64 MiB).</summary>
    public const int EventBytesMax = 48 << 20;

    /// <summary>Operations of one event, at most.</summary>
    public const int OperationsPerEventMax = 65_536;

    /// <summary>Offset plus limit of one search or query, at most.</summary>
    public const int SearchWindowMax = 65_536;

    /// <summary>Queries of one batch, at most.</summary>
    public const int QueriesPerBatchMax = 1_024;

    /// <summary>Offset plus limit summed over the queries of one batch and all of their prefetches, at most.</summary>
    public const int BatchWindowMax = 1_048_576;

    /// <summary>Stages of one query, at most: the query itself and all of its prefetches, in one another and beside one another.</summary>
    public const int QueryStagesMax = 64;

    /// <summary>Stages of one query in one another, at most.</summary>
    public const int QueryDepthMax = 8;

    /// <summary>Vectors that one query compares points with, given or of stored points, over all of its stages, at most.</summary>
    public const int QueryInputsMax = 1_024;

    /// <summary>Bytes of the vectors that the queries of one request compare points with, at most (64 MiB); of the candidates' vectors that one marginal relevance compares too.</summary>
    public const int QueryVectorBytesMax = 64 << 20;

    /// <summary>Candidates of one marginal relevance, at most.</summary>
    public const int RelevanceCandidatesMax = 16_384;

    /// <summary>Bytes of the vectors and payloads that the queries of one request answer with, at most (256 MiB): what has more is refused. Who wants many points asks for no fields, and gets them then.</summary>
    public const int QueryAnswerBytesMax = 256 << 20;

    /// <summary>Rows that a walk through a graph keeps in mind, at most.</summary>
    public const int HnswEfMax = 65_536;

    /// <summary>Times the results that are compared again as they are stored, at most.</summary>
    public const double OversamplingMax = 100;

    /// <summary>Points of one scroll page, at most.</summary>
    public const int ScrollLimitMax = 65_536;

    /// <summary>Bytes of vectors and payloads of one scroll page, at most (64 MiB), but for the first point of each shard. A longer page ends earlier and says where the next begins.</summary>
    public const int ScrollBytesMax = 64 << 20;

    /// <summary>Values of one facet, at most.</summary>
    public const int FacetLimitMax = 65_536;

    /// <summary>Bytes of the values of one facet, at most (64 MiB); texts count as UTF-8.</summary>
    public const int FacetBytesMax = 64 << 20;

    /// <summary>Conditions of one filter, at most: those inside its filters and nested conditions are counted in, and each filter counts as one.</summary>
    public const int FilterConditionsMax = 1_024;

    /// <summary>Filters inside one another, the outermost included, at most.</summary>
    public const int FilterDepthMax = 32;

    /// <summary>Values of one match or except, at most.</summary>
    public const int FilterValuesMax = 65_536;

    /// <summary>UTF-16 code units of one text of a filter, at most.</summary>
    public const int FilterTextLengthMax = 16_384;

    /// <summary>UTF-16 code units of the text of a payload path, at most.</summary>
    public const int PathLengthMax = 1_024;

    /// <summary>Steps of a payload path, at most: no payload is deeper.</summary>
    public const int PathStepsMax = PayloadDepthMax;

    /// <summary>Paths of one removal of payload keys, at most.</summary>
    public const int PathsPerRequestMax = 1_024;

    /// <summary>UTF-16 code units of the name of a pinned index, at most.</summary>
    public const int PinNameLengthMax = 255;

    /// <summary>Points of all lines of one polygon, at most.</summary>
    public const int PolygonPointsMax = 4_096;

    /// <summary>Payload indexes of a collection, at most.</summary>
    public const int PayloadIndexesMax = 64;
}
