using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks;

/// <summary>What the suites of one run share.</summary>
internal sealed record BenchmarkRun(BenchmarkOptions Options, BlockDevice Device, MarkdownReport Report)
{
    /// <summary>The logs that were asked for and can run on this machine.</summary>
    public IReadOnlyList<LogSystem> Logs { get; } =
        [.. LogCatalogue.All.Where(system => Options.Includes(system.Name) && system.Missing() is null)];

    /// <summary>An empty directory of the run; the name says who uses it.</summary>
    public string NewDirectory(string name)
    {
        var path = PathOf(name);
        RemoveDirectory(path);
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>A directory of the run as the last pass left it.</summary>
    public string KeptDirectory(string name)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(path);
        return path;
    }

    public void RemoveDirectories() => RemoveDirectory(Options.Directory);

    public static void RemoveDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private string PathOf(string name) => Path.Combine(Options.Directory, string.Concat(name.Where(char.IsLetterOrDigit)));
}
