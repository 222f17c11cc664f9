namespace ActorVectorStore.Testing;

/// <summary>Whether the long forms of the tests are wanted: set the environment variable AVS_LONG to 1.</summary>
public static class LongRuns
{
    public static bool AreWanted { get; } = Environment.GetEnvironmentVariable("AVS_LONG") == "1";
}
