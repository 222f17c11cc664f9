namespace ActorVectorStore.Testing;

/// <summary>Which of the changes that were not synced survive a power loss: a pattern, and the seed of its choices.</summary>
public readonly record struct CrashKeeps
{
    private CrashKeeps(CrashPattern pattern, ulong seed)
    {
        Pattern = pattern;
        Seed = seed;
    }

    public static CrashKeeps None => new(CrashPattern.None, 0);

    public static CrashKeeps All => new(CrashPattern.All, 0);

    public CrashPattern Pattern { get; }

    public ulong Seed { get; }

    public static CrashKeeps Subset(ulong seed) => new(CrashPattern.Subset, seed);

    public static CrashKeeps Torn(ulong seed) => new(CrashPattern.Torn, seed);

    public static CrashKeeps TornInsideSector(ulong seed) => new(CrashPattern.TornInsideSector, seed);

    /// <summary>One of each pattern, for tests that crash the same state in every way.</summary>
    public static IReadOnlyList<CrashKeeps> EachPattern(ulong seed) =>
        [None, All, Subset(seed), Torn(seed), TornInsideSector(seed)];

    /// <summary>What a failing test prints to be replayed.</summary>
    public override string ToString() => Pattern is CrashPattern.None or CrashPattern.All ? $"{Pattern}" : $"{Pattern}({Seed})";
}
