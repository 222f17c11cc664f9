using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Points;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>Make a store, write all points once, close it in order, and answer with a <see cref="LoadReport"/>.</summary>
/// <param name="Place">An empty directory.</param>
/// <param name="BatchPoints">Points of a batch.</param>
/// <param name="InFlight">Batches under way at once.</param>
/// <param name="AnswerAt">Null for the whole load. Otherwise answer as soon as so many points are acknowledged, and go on until the process is killed.</param>
/// <param name="WarmUpDirectory">An empty directory in which points are loaded for some seconds first; null to measure what a process pays that has just started.</param>
internal sealed record LoadRequest(StorePlace Place, int BatchPoints, int InFlight, int? AnswerAt, string? WarmUpDirectory) : ChildRequest;

/// <summary>What loading cost.</summary>
internal sealed record LoadReport
{
    /// <summary>Points acknowledged; with one batch in flight, those with the lowest numbers.</summary>
    public required int Points { get; init; }

    public required double Seconds { get; init; }

    public required long Refusals { get; init; }

    public required double CpuSeconds { get; init; }

    public required long AllocatedBytes { get; init; }

    /// <summary>Flushes of the device, those of all other processes included; null where the system does not count them.</summary>
    public required long? Flushes { get; init; }

    public required MemoryPeaks Memory { get; init; }
}

/// <summary>Open a loaded store, compact, overwrite and delete a fifth, compact, close in order, and answer with a <see cref="ChangeReport"/>.</summary>
internal sealed record ChangeRequest(StorePlace Place, int BatchPoints) : ChildRequest;

/// <summary>What changing cost, and what was on disk in between.</summary>
internal sealed record ChangeReport
{
    /// <summary>When every point was written once, and the store had been compacted.</summary>
    public required StoreFootprint Full { get; init; }

    public required int Overwritten { get; init; }

    public required double OverwriteSeconds { get; init; }

    public required int Deleted { get; init; }

    public required double DeleteSeconds { get; init; }

    public required StoreFootprint Changed { get; init; }

    public required double CompactionSeconds { get; init; }

    public required StoreFootprint Compacted { get; init; }
}

/// <summary>Open our store, compact it and wait for its vector indexes, close in order, and answer with a <see cref="SettleReport"/>.</summary>
internal sealed record SettleRequest(StorePlace Place) : ChildRequest;

/// <summary>What settling took and left.</summary>
/// <param name="Seconds">Until everything was compacted and indexed.</param>
/// <param name="IndexFileBytes">Bytes of the files of vector indexes.</param>
internal sealed record SettleReport(double Seconds, long IndexFileBytes);

/// <summary>What is asked of a store that was just opened.</summary>
internal enum FirstQuestion
{
    /// <summary>A point by its id, payload and vector.</summary>
    Point,

    /// <summary>How many points have a category.</summary>
    Count,

    /// <summary>The ten points that are closest to a stored vector. Ours only.</summary>
    Search,
}

/// <summary>Open a store, ask it one thing, check the answer, close in order, and answer with an <see cref="OpenReport"/>.</summary>
/// <param name="Place">The store.</param>
/// <param name="Stage">What it must hold.</param>
/// <param name="Question">What to ask.</param>
/// <param name="Number">The point to ask for.</param>
/// <param name="IsCold">The file system's caches are dropped immediately before.</param>
/// <param name="WarmUpDirectory">An empty directory in which the code is run on a small store first; null to measure what a process pays that has just started.</param>
internal sealed record OpenRequest(
    StorePlace Place, PointStage Stage, FirstQuestion Question, int Number, bool IsCold, string? WarmUpDirectory) : ChildRequest;

/// <summary>What opening cost.</summary>
internal sealed record OpenReport
{
    public required double OpenMilliseconds { get; init; }

    /// <summary>From the beginning of opening to the answer.</summary>
    public required double AnswerMilliseconds { get; init; }

    /// <summary>Bytes passed by read calls until the answer.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Bytes that came from the device until the answer, mapped reads and read-ahead included.</summary>
    public required long BytesFetched { get; init; }

    public required OpeningAccount Account { get; init; }

    /// <summary>All points, counted after the answer.</summary>
    public required long Points { get; init; }
}

/// <summary>Open our store, back it up three times, close in order, restore it, and answer with a <see cref="BackupReport"/>.</summary>
/// <param name="Place">The store.</param>
/// <param name="Scratch">An empty directory on the same file system, for the backups and what is restored.</param>
internal sealed record BackupRequest(StorePlace Place, string Scratch) : ChildRequest;

/// <summary>What backing up and restoring took.</summary>
internal sealed record BackupReport
{
    /// <summary>By copying, to an empty directory.</summary>
    public required TimedBackup First { get; init; }

    /// <summary>To the same directory, without anything new.</summary>
    public required TimedBackup Again { get; init; }

    /// <summary>By linking, to an empty directory.</summary>
    public required TimedBackup Linked { get; init; }

    /// <summary>Restoring the copied one: its check, the copy, and closing the store.</summary>
    public required double RestoreSeconds { get; init; }
}

/// <summary>One backup.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="Bytes">Bytes of all its files.</param>
/// <param name="CopiedBytes">Bytes of them that it wrote.</param>
internal sealed record TimedBackup(double Seconds, long Bytes, long CopiedBytes);

/// <summary>Open our store, ask it many things one after the other, close in order, and answer with a <see cref="ServeReport"/>.</summary>
/// <param name="Place">The store.</param>
/// <param name="Stage">What it must hold; null for a store without points, of which nothing is asked.</param>
/// <param name="Seconds">Measured time for each kind of question.</param>
internal sealed record ServeRequest(StorePlace Place, PointStage? Stage, double Seconds) : ChildRequest;

/// <summary>What serving gave and took.</summary>
/// <param name="Queries">Rates of each kind of question.</param>
/// <param name="Memory">Most memory of the process.</param>
/// <param name="Footprint">The store's own account.</param>
internal sealed record ServeReport(IReadOnlyList<QueryRate> Queries, MemoryPeaks Memory, StoreFootprint Footprint);

/// <summary>How often a question was answered in a second.</summary>
/// <param name="Kind">What was asked.</param>
/// <param name="Category">The filter's category; null for no filter.</param>
/// <param name="Matches">Points that pass the filter.</param>
/// <param name="PerSecond">Answers in a second, to one caller.</param>
internal sealed record QueryRate(string Kind, string? Category, long Matches, double PerSecond);
