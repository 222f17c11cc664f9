namespace ActorVectorStore.Index;

/// <summary>
/// Chooses between a scan of what passes, a walk over what passes, and a walk over all: by what each is expected to cost, from the number of vectors that pass and the figures of the machine and
/// of the graph. A walk that finds that it was wrong becomes a scan.
/// </summary>
internal sealed class SearchPlanner(GraphParts parts, WalkCosts costs)
{
    // Passing nodes within two steps below which a walk over passing nodes loses its way.
    private const double PassingInReachMin = 50;

    // Where so much fewer pass around the query than elsewhere, the closest that pass lie far away and all around: no walk finds them.
    private const double LocalShareMin = 0.3;

    // Where so many pass, a walk over all nodes finds enough of them as a rule, and shows where it does not.
    private const double ManyShare = 0.3;

    /// <summary>Candidates of the walk that looks how many pass around the query.</summary>
    public const int ProbeEf = 8;

    // A look around the query costs about two walks of its size, for few pass there as a rule, and a walk that it leads to another one at least.
    private const double CheapScan = 4;

    private Factors _factors = new(1, 1, 1);

    private double Fresh => Math.Max(1, parts.FreshShare * parts.Links.Degree);

    /// <summary>Whether so many pass that a walk over all nodes is tried at once.</summary>
    public bool AreMany(int passing) => passing >= ManyShare * parts.Links.Count;

    /// <summary>Whether comparing all that pass is so cheap that nothing else is worth a look.</summary>
    public bool IsScanCheap(int passing) => Scan(passing) <= CheapScan * Walk(ProbeEf);

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
    public double Scan(int passing) => _factors.Scan * costs.Scan(passing, parts.Codes.RowBytes);

    /// <summary>Expected cost of a walk that keeps so many, in ns.</summary>
    public double Walk(double ef) => _factors.Walk * costs.Walk((parts.Entries / 4.0) + (ef * Fresh), ef, parts.Codes.RowBytes);

    /// <summary>Expected cost of a walk over passing nodes, in ns.</summary>
    /// <param name="ef">Candidates kept.</param>
    /// <param name="share">Part of the vectors that pass.</param>
    public double TwoHop(int ef, double share)
    {
        // What is dear is to ask of neighbours' neighbours whether they pass, until a list's worth of them does.
        var gathered = (double)FilteredWalk.GatheredMax(parts.Links.Degree, ef);
        var asked = parts.Links.Degree + Math.Min(parts.Links.Degree * (1 - share) * parts.Links.Degree, gathered / Math.Max(share, 1e-9));
        return _factors.TwoHop * (costs.Walk(ef * gathered, ef, parts.Codes.RowBytes) + costs.Ask(ef * asked));
    }

    /// <summary>Corrects what is expected by what was measured: costs are so many times as high.</summary>
    public void Correct(double scan, double walk, double twoHop) =>
        _factors = new Factors(_factors.Scan * Within(scan), _factors.Walk * Within(walk), _factors.TwoHop * Within(twoHop));

    /// <summary>Rows that a walk may compare before a scan of what passes would have been cheaper.</summary>
    public int DistancesMax(int passing) => (int)Math.Min(int.MaxValue, 1.5 * Scan(passing) / (_factors.Walk * costs.Walk(1, 1 / Fresh, parts.Codes.RowBytes))) + parts.Entries;

    // A machine that was disturbed while it was measured must not lead the planner far astray.
    private static double Within(double factor) => Math.Clamp(factor, 1.0 / 4, 4);

    private sealed record Factors(double Scan, double Walk, double TwoHop);
}
