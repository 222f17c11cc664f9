using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Benchmarks.Search;
using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.Peers;

/// <summary>hnswlib in a process of its own, asked line by line (<c>hnswlib_peer.cpp</c>). It is compiled for this machine, from the headers that an npm package brings.</summary>
internal sealed class HnswlibPeer : ISearchSystem
{
    private const string Source = "hnswlib_peer.cpp";

    private static readonly NpmPackage Headers = new("hnswlib-node", "3.0.0");

    private readonly VectorSet _set;
    private readonly Process _process;
    private readonly string _answers;

    /// <param name="program">What <see cref="Compile"/> made.</param>
    /// <param name="set">The set.</param>
    /// <param name="scratch">A directory for answers.</param>
    public HnswlibPeer(string program, VectorSet set, string scratch)
    {
        _set = set;
        _answers = Path.Combine(scratch, "hnswlib.ivecs");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Huge pages for what the C library hands out, as we ask for ours: a walk touches a page with nearly every step.
        start.Environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        Ask(set.Metric == Metric.Cosine ? "space ip" : "space l2");
        Ask($"base {set.BaseFile}");
        Ask($"queries {set.QueryFile}");
    }

    public string Name => "hnswlib";

    /// <summary>Compiles the program into a directory; null, and the reason, if that cannot be done here.</summary>
    /// <param name="directory">Where to.</param>
    /// <param name="packages">Where packages are kept; the headers come from one, or from the system (Debian's libhnswlib-dev).</param>
    /// <param name="fetches">Whether the package is fetched if it is not there.</param>
    /// <param name="reason">Why it cannot be done.</param>
    public static string? Compile(string directory, string packages, bool fetches, out string? reason)
    {
        var program = Path.Combine(directory, "hnswlib_peer");
        try
        {
            if (fetches || Headers.IsIn(packages))
                Headers.Extract(packages, "src/hnswlib", Path.Combine(directory, "hnswlib"));
            var source = Path.Combine(AppContext.BaseDirectory, "Peers", Source);
            reason = !HasHeaders(directory) && !HasHeaders("/usr/include") ? "its headers are not there" : Run(["-isystem", directory, source, "-o", program]);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            reason = exception.Message;
        }

        return reason is null ? program : null;
    }

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

    private static bool HasHeaders(string directory) => File.Exists(Path.Combine(directory, "hnswlib", "hnswlib.h"));

    // Null if it succeeds.
    private static string? Run(string[] arguments)
    {
        using var compiler = Process.Start("g++", ["-std=c++17", "-O3", "-march=native", "-pthread", "-w", .. arguments]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? null : "g++ failed; its output is above";
    }

    private Dictionary<string, string> Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine();
        return answer is ['o', 'k', ' ', ..]
            ? answer.Split(' ').Skip(1).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1])
            : throw new InvalidOperationException($"hnswlib answers \"{answer}\" to \"{command}\".");
    }

    private static double Number(Dictionary<string, string> answer, string name) => double.Parse(answer[name], CultureInfo.InvariantCulture);
}
