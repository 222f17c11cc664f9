namespace ActorVectorStore.Model;

/// <summary>How a search goes about it. What is not in a vector index yet is compared whole, whatever is asked for.</summary>
public sealed record SearchParameters
{
    /// <summary>Nothing in particular.</summary>
    public static SearchParameters Default { get; } = new();

    /// <summary>Rows that a walk through a graph keeps in mind, 1 to <see cref="ModelLimits.HnswEfMax"/>: more find more and take longer. Null: as the collection says.</summary>
    public int? HnswEf { get; init; }

    /// <summary>Whether every vector is compared, instead of those that an index leads to.</summary>
    public bool Exact { get; init; }

    /// <summary>How vectors that an index has in a shorter form are used; null: as the collection says.</summary>
    public QuantizationParameters? Quantization { get; init; }
}
