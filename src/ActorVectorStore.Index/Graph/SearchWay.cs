namespace ActorVectorStore.Index;

/// <summary>How vectors were looked for.</summary>
public enum SearchWay
{
    /// <summary>All that pass were compared by their codes.</summary>
    Scan = 0,

    /// <summary>A walk over all nodes; those that pass were taken from what it found.</summary>
    Sweep = 1,

    /// <summary>A walk over nodes that pass, which looks two steps ahead.</summary>
    TwoHop = 2,
}
