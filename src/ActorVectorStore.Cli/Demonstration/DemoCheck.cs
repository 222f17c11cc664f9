namespace ActorVectorStore.Cli.Demonstration;

/// <summary>What opening the store after the end of an ingesting process showed.</summary>
/// <param name="What">How the process ended.</param>
/// <param name="Points">Points acknowledged by all processes so far, all of which were compared.</param>
/// <param name="Wrong">Of them, how many are missing or different.</param>
/// <param name="Recovery">Time from the call to an open store.</param>
/// <param name="TornBytes">Bytes of a commit that never completed.</param>
/// <param name="Segments">Segments of the log.</param>
/// <param name="LiveBytes">Bytes of the log that are not deleted.</param>
internal sealed record DemoCheck(string What, int Points, int Wrong, TimeSpan Recovery, long TornBytes, int Segments, long LiveBytes)
{
    public override string ToString() =>
        $"{What}: {Figures.Count(Points)} acknowledged, {Figures.Count(Wrong)} missing or different; recovered in {Figures.Milliseconds(Recovery)}, "
        + $"log {Figures.Bytes(LiveBytes)} in {Segments} segment{(Segments == 1 ? "" : "s")}, {Figures.Count(TornBytes)} torn bytes";
}
