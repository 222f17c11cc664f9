namespace ActorVectorStore.Model;

/// <summary>
/// A bounded queue is full or a memory budget is spent. The shard that said so applied nothing; for a write that spans several shards the parts
/// of the others may have been applied. Reaction: try the whole request again later. That is safe: an upsert or a delete that is applied twice
/// leaves the same points as once.
/// </summary>
public sealed class OverloadedException : VectorDatabaseException
{
    /// <summary>Says what is full and its limit.</summary>
    /// <param name="resource">What is full, for example <c>writes waiting for shard 3</c>.</param>
    /// <param name="limit">Its limit, with unit.</param>
    public OverloadedException(string resource, string limit)
        : base($"{resource}: at the limit of {limit}; try again later.")
    {
        Resource = resource;
        Limit = limit;
    }

    /// <summary>What is full.</summary>
    public string Resource { get; }

    /// <summary>Its limit, with unit.</summary>
    public string Limit { get; }
}
