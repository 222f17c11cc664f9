namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Make collections of one shard, close in order, and answer with a <see cref="FillCollectionsReport"/>.</summary>
/// <param name="Directory">An empty directory.</param>
/// <param name="Count">Collections.</param>
/// <param name="WithPoints">Whether each gets one point, and is put away, when all have been made.</param>
internal sealed record FillCollectionsRequest(string Directory, int Count, bool WithPoints) : ChildRequest;

/// <summary>What making collections cost.</summary>
internal sealed record FillCollectionsReport
{
    public required double CreateSeconds { get; init; }

    /// <summary>Writing a point to each; 0 without.</summary>
    public required double WriteSeconds { get; init; }

    /// <summary>Memory before the first collection.</summary>
    public required HeldMemory Before { get; init; }

    /// <summary>When all collections had been made.</summary>
    public required HeldMemory Created { get; init; }

    /// <summary>When each had got its point, and some had been put away already; as before without points.</summary>
    public required HeldMemory Open { get; init; }

    /// <summary>How many were open then.</summary>
    public required int OpenCollections { get; init; }

    /// <summary>When all had been put away; as before without points.</summary>
    public required HeldMemory PutAway { get; init; }

    /// <summary>Bytes of the log that are needed, at the end.</summary>
    public required long LiveLogBytes { get; init; }

    /// <summary>Files that are not the log's, after closing.</summary>
    public required int OtherFiles { get; init; }

    /// <summary>All files, after closing.</summary>
    public required long FileBytes { get; init; }
}

/// <summary>Open a database of many collections, write a point to one, close in order, and answer with an <see cref="OpenCollectionsReport"/>.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Count">Collections that must be there.</param>
/// <param name="WithPoints">Whether each must have one point.</param>
/// <param name="WarmUpDirectory">An empty directory in which the code is run on a small database first; null to measure what a process pays that has just started.</param>
internal sealed record OpenCollectionsRequest(string Directory, int Count, bool WithPoints, string? WarmUpDirectory) : ChildRequest;

/// <summary>What opening cost.</summary>
internal sealed record OpenCollectionsReport
{
    public required double OpenMilliseconds { get; init; }

    /// <summary>Bytes passed by read calls until it was open.</summary>
    public required long BytesRead { get; init; }

    /// <summary>From the call to the acknowledgement.</summary>
    public required double FirstUpsertMilliseconds { get; init; }

    public required HeldMemory Before { get; init; }

    public required HeldMemory Opened { get; init; }
}

/// <summary>What a process holds after all garbage is collected.</summary>
/// <param name="Managed">Bytes of live objects.</param>
/// <param name="Resident">Bytes of memory that are the process's own, pages of files not counted.</param>
internal sealed record HeldMemory(long Managed, long Resident);
