namespace ActorVectorStore.Index;

/// <summary>Which nodes of a walk are results, where that is not all of its candidates.</summary>
internal interface IWalkResults
{
    /// <summary>Key behind which no node can be a result any more: the walk ends at it.</summary>
    ulong Worst { get; }

    /// <summary>Takes a candidate, if it is a result.</summary>
    void Offer(ulong key);
}
