using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>The passes of the append suite, by log and workload.</summary>
internal sealed class AppendResults(IReadOnlyDictionary<(string System, Workload Workload), List<PassResult>> passes)
{
    /// <summary>The repetitions of one cell; null if it did not run.</summary>
    public AppendCell? Cell(string system, Workload workload) =>
        passes.TryGetValue((system, workload), out var repetitions) ? new AppendCell(repetitions) : null;

    /// <summary>The fastest log of a role by its median; null if none ran.</summary>
    public (string Name, double AppendsPerSecond)? Fastest(LogRole role, Workload workload) =>
        LogCatalogue.All
            .Where(system => system.Role == role && passes.ContainsKey((system.Name, workload)))
            .Select(system => ((string, double)?)(system.Name, Cell(system.Name, workload)!.AppendsPerSecond.Median))
            .MaxBy(system => system!.Value.Item2);
}

/// <summary>The repetitions of one log under one workload.</summary>
internal sealed class AppendCell(IReadOnlyList<PassResult> passes)
{
    public Spread AppendsPerSecond { get; } = Spread.Of(passes.Select(pass => pass.AppendsPerSecond));

    public double Median(Func<PassResult, double> figure) => Spread.MedianOf(passes.Select(figure));

    public double? Median(Func<PassResult, double?> figure) =>
        passes.All(pass => figure(pass) is not null) ? Spread.MedianOf(passes.Select(pass => figure(pass)!.Value)) : null;
}
