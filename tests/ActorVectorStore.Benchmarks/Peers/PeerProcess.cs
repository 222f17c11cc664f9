using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Benchmarks.Search;
using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.Peers;

/// <summary>A peer in a process of its own, asked line by line.</summary>
internal sealed class PeerProcess : ISearchSystem
{
    private readonly VectorSet _set;
    private readonly Process _process;
    private readonly string _answers;

    /// <param name="program">The peer.</param>
    /// <param name="set">The set.</param>
    /// <param name="scratch">A directory for answers.</param>
    public PeerProcess(PeerProgram program, VectorSet set, string scratch)
    {
        (Name, _set) = (program.Name, set);
        _answers = Path.Combine(scratch, $"{Name}.ivecs");
        var start = new ProcessStartInfo(program.File, program.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Huge pages for what the C library hands out, as we ask for ours: a walk touches a page with nearly every step.
        start.Environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        Ask(set.Metric == Metric.Cosine ? "space ip" : "space l2");
        Ask($"base {set.BaseFile}");
        Ask($"queries {set.QueryFile}");
    }

    public string Name { get; }

    public BuildTime Build(BuildParameters parameters)
    {
        var answer = Ask($"build {parameters.M} {parameters.EfConstruct} {parameters.Threads}");
        return new BuildTime(Number(answer, "seconds"), Number(answer, "cpu"));
    }

    public void Use(RowFilterKind? filter) => Ask($"filter {(filter is null ? "none" : _set.FilterFile(filter))}");

    public SearchPass Search(int ef, int threads)
    {
        const double Second = 1e9, Microsecond = 1e3;
        var answer = Ask($"search {ef} {VectorSet.Neighbours} {threads} {_answers}");
        return new SearchPass(
            NeighbourTable.Read(_answers),
            VectorSet.Queries * Second / Number(answer, "ns"),
            VectorSet.Queries * Second / Number(answer, "cpu"),
            Number(answer, "p50") / Microsecond,
            Number(answer, "p99") / Microsecond);
    }

    public void Dispose()
    {
        _process.StandardInput.WriteLine("quit");
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private Dictionary<string, string> Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine();
        return answer is ['o', 'k', ' ', ..]
            ? answer.Split(' ').Skip(1).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1])
            : throw new InvalidOperationException($"{Name} answers \"{answer}\" to \"{command}\".");
    }

    // Not every peer measures everything.
    private static double Number(Dictionary<string, string> answer, string name) =>
        answer.TryGetValue(name, out var number) ? double.Parse(number, CultureInfo.InvariantCulture) : double.NaN;
}
