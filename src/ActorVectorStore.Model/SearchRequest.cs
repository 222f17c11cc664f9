namespace ActorVectorStore.Model;

/// <summary>One query: the points closest to a vector. The rules are checked by <see cref="RequestRules"/>.</summary>
public sealed record SearchRequest
{
    /// <summary>The query vector: as many finite components as the vector that is compared has dimensions.</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Name of the vector that is compared, which is dense (<see cref="QueryRequest"/> compares others too); empty for the one without name. Points that do not have it are not found.</summary>
    public string Using { get; init; } = "";

    /// <summary>Results wanted, at least 1; fewer come back only if fewer points qualify.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>Results skipped at the front, at least 0. Offset plus limit is at most <see cref="ModelLimits.SearchWindowMax"/>.</summary>
    public int Offset { get; init; }

    /// <summary>The worst score that still qualifies, inclusive: a lower bound for cosine and dot, an upper bound for Euclid and Manhattan. Null: none.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Which points qualify; null: all. The results are the best of those, as many as are asked for if there are as many.</summary>
    public Filter? Filter { get; init; }

    /// <summary>How the search goes about it.</summary>
    public SearchParameters Parameters { get; init; } = SearchParameters.Default;

    /// <summary>What each result carries.</summary>
    public PointFields Fields { get; init; } = PointFields.Payload;
}
