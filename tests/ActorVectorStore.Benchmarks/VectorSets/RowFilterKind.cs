using ActorVectorStore.Index;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Benchmarks.VectorSets;

/// <summary>A filter that a search is measured with: how many rows pass, and whether that has to do with where they lie.</summary>
/// <param name="Name">Name in files and tables.</param>
/// <param name="Share">Share of the rows that pass.</param>
/// <param name="IsRegion">Whether the rows that pass are those nearest to one row: for nearly all queries they are elsewhere. Otherwise chance decides.</param>
internal sealed record RowFilterKind(string Name, double Share, bool IsRegion)
{
    private const ulong Seed = 31;

    public static IReadOnlyList<RowFilterKind> All { get; } =
    [
        new("random-50", 0.5, IsRegion: false),
        new("random-10", 0.1, IsRegion: false),
        new("random-1", 0.01, IsRegion: false),
        new("random-0.1", 0.001, IsRegion: false),
        new("region-10", 0.1, IsRegion: true),
    ];

    /// <summary>The rows of a set that pass, ascending.</summary>
    public int[] PassingRows(VectorTable rows, Metric metric)
    {
        if (!IsRegion)
        {
            return [.. Enumerable.Range(0, rows.Count).Where(row => new SeededRandom(SeededRandom.Mix(Seed, (ulong)row)).NextDouble() < Share)];
        }

        var costs = GroundTruth.Costs(rows, metric, rows.Row(new SeededRandom(Seed).Next(rows.Count)));
        var passing = Enumerable.Range(0, rows.Count).OrderBy(row => costs[row]).Take((int)(rows.Count * Share)).ToArray();
        Array.Sort(passing);
        return passing;
    }
}
