namespace ActorVectorStore.Model;

/// <summary>How a search uses vectors in a shorter form.</summary>
public sealed record QuantizationParameters
{
    /// <summary>Whether they are not used at all.</summary>
    public bool Ignore { get; init; }

    /// <summary>Whether the best are compared again as they are stored; null: as the search sees fit.</summary>
    public bool? Rescore { get; init; }

    /// <summary>So many times the results are compared again, 1 to <see cref="ModelLimits.OversamplingMax"/>; null: as the search sees fit.</summary>
    public double? Oversampling { get; init; }
}
