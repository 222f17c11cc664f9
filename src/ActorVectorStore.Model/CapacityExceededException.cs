namespace ActorVectorStore.Model;

/// <summary>
/// What is stored has reached a limit, and the write would make it grow. Nothing of the write was applied. Reaction: delete points, spread the
/// collection over more shards, or raise the limit; trying the same write again cannot help before that. Deletes are always accepted.
/// </summary>
public sealed class CapacityExceededException : VectorDatabaseException
{
    /// <summary>Says which limit.</summary>
    /// <param name="resource">What is full, for example <c>memory of the database</c>.</param>
    /// <param name="limit">Its limit, with unit.</param>
    public CapacityExceededException(string resource, string limit)
        : base($"{resource}: at the limit of {limit}; delete points or raise the limit.")
    {
        Resource = resource;
        Limit = limit;
    }

    /// <summary>What is full.</summary>
    public string Resource { get; }

    /// <summary>Its limit, with unit.</summary>
    public string Limit { get; }
}
