namespace ActorVectorStore.Index;

/// <summary>
/// Chooses between a scan of what passes, a walk over what passes, and a walk over all: by what each is expected to cost, from the number of vectors that pass and the figures of the machine and
/// of the graph. A walk that finds that it was wrong becomes a scan.
/// </summary>
internal sealed class SearchPlanner(GraphParts parts, WalkCosts costs)
{
    // Passing nodes within two steps below which a walk over passing nodes loses its way.
    private const double PassingInReachMin = 50;

    // A walk over passing nodes goes over more lists than one over all nodes.
    private const double TwoHopFactor = 1.3;

    // Where so much fewer pass around the query than elsewhere, the closest that pass lie far away and all around: no walk finds them.
    private const double LocalShareMin = 0.3;

    /// <summary>Candidates of the walk that looks how many pass around the query.</summary>
    public const int ProbeEf = 16;

    /// <summary>Whether comparing all that pass is so cheap that nothing else is worth a look.</summary>
    public bool IsScanCheap(int passing) => Scan(passing) <= 2 * Walk(ProbeEf);

    /// <summary>The cheapest way to find the closest of the vectors that pass.</summary>
    /// <param name="ef">Candidates wanted.</param>
    /// <param name="passing">Vectors that pass.</param>
    /// <param name="localShare">Part of the vectors around the query that pass.</param>
    public SearchWay Choose(int ef, int passing, double localShare)
    {
        var count = parts.Links.Count;
        var (scan, sweep, twoHop) = (Scan(passing), double.PositiveInfinity, double.PositiveInfinity);
        if (localShare >= LocalShareMin * passing / count)
        {
            var degree = (double)parts.Links.Degree;
            sweep = Walk(Math.Min(ef / localShare, count));
            twoHop = degree * degree * localShare >= PassingInReachMin ? TwoHop(ef, localShare) : double.PositiveInfinity;
        }

        if (scan <= sweep && scan <= twoHop)
            return SearchWay.Scan;
        return sweep <= twoHop ? SearchWay.Sweep : SearchWay.TwoHop;
    }

    /// <summary>Expected cost of comparing so many rows, in ns.</summary>
    public double Scan(int passing) => costs.Scan(passing, parts.Codes.RowBytes);

    /// <summary>Expected cost of a walk that keeps so many, in ns.</summary>
    public double Walk(double ef) => costs.Walk(parts.Entries / 4.0 + (ef * Fresh), ef, parts.Codes.RowBytes);

    /// <summary>Rows that a walk may compare before a scan of what passes would have been cheaper.</summary>
    public int DistancesMax(int passing) => (int)Math.Min(int.MaxValue, 1.5 * Scan(passing) / costs.Walk(1, 1 / Fresh, parts.Codes.RowBytes)) + parts.Entries;

    private double Fresh => Math.Max(1, parts.FreshShare * parts.Links.Degree);

    private double TwoHop(int ef, double share)
    {
        // Lists that are gone over: the node's, and those of its neighbours that fail, until a list's worth of passing nodes is there.
        var lists = 1 + Math.Min(parts.Links.Degree * (1 - share), 1 / Math.Max(share, 1e-9));
        return TwoHopFactor * costs.Walk(ef * Fresh, ef * lists / 2, parts.Codes.RowBytes);
    }
}
