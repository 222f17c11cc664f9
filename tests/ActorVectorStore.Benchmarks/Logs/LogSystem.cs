namespace ActorVectorStore.Benchmarks.Logs;

/// <summary>How a log takes part in a comparison.</summary>
internal enum LogRole
{
    Ours,
    Reference,
    Peer,
}

/// <summary>A log in one way of using it: a row of the tables.</summary>
/// <param name="Name">The row's name, also the name by which it is selected and by which a child process is told to open it.</param>
/// <param name="Role">Which side of a ratio it is on.</param>
/// <param name="AckMeans">What has happened when an append completes, and how that was checked.</param>
/// <param name="Open">Opens the log in a directory for a number of callers; the directory is empty or has been used by the same system before.</param>
internal sealed record LogSystem(string Name, LogRole Role, string AckMeans, Func<string, int, ILogUnderTest> Open)
{
    /// <summary>Whether passes follow each other in one directory, because the log's normal state is a directory of recycled files.</summary>
    public bool KeepsDirectory { get; init; }

    /// <summary>Whether callers are threads at every number of them. Otherwise one caller is a thread and several are tasks.</summary>
    public bool BlockingOnly { get; init; }

    /// <summary>Opens the log where all that was appended must be there to be read again.</summary>
    public Func<string, int, ILogUnderTest> OpenForReplay { get; init; } = Open;

    /// <summary>Whether the replay and reopen suites include it; a second way of appending to the same log need not be read twice.</summary>
    public bool Replays { get; init; } = true;

    /// <summary>Why the log cannot run on this machine, or null if it can.</summary>
    public Func<string?> Missing { get; init; } = () => null;

    public bool CallersAreThreads(int callers) => BlockingOnly || callers == 1;
}
