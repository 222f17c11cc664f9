using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// A log as a killed process left it. Each reading gets a copy, because opening changes some logs: RocksDB turns its log into tables.
/// </summary>
internal sealed class FilledLog
{
    public const int RecordBytes = 3 << 10;

    private readonly BenchmarkRun _run;
    private readonly string _original;
    private readonly RecordDigest _digest;

    private FilledLog(BenchmarkRun run, LogSystem system, string original, RecordDigest digest)
    {
        _run = run;
        System = system;
        _original = original;
        _digest = digest;
    }

    public LogSystem System { get; }

    public long PayloadBytes => _digest.Bytes;

    /// <summary>Fills a log by a child process, which is killed; with a tail, there is a checkpoint before the tail.</summary>
    public static FilledLog Create(BenchmarkRun run, LogSystem system, long bytes, int? tail)
    {
        MarkdownReport.Progress($"filling {system.Name} with {Figure.Bytes(bytes)}");
        var directory = run.NewDirectory("filled " + system.Name);
        var request = new FillRequest(system.Name, directory, (int)(bytes / RecordBytes), tail, RecordBytes);
        return new FilledLog(run, system, directory, ChildProcess.Ask<FillReport>(request).Digest);
    }

    /// <summary>
    /// Opens and reads a copy in a new process; throws unless everything acknowledged came back. Figures of a small run mean nothing: it warms nothing up.
    /// </summary>
    public ReadReport Read(bool cold, bool warmUp)
    {
        var copy = _run.NewDirectory("copy");
        var scratch = _run.NewDirectory("scratch");
        CopyFiles(_original, copy);
        OperatingSystemCaches.WriteBack();
        var report = ChildProcess.Ask<ReadReport>(new ReadRequest(System.Name, copy, cold, warmUp && !_run.Options.Small ? scratch : null));
        BenchmarkRun.RemoveDirectory(copy);
        BenchmarkRun.RemoveDirectory(scratch);
        return report.Digest == _digest
            ? report
            : throw new InvalidDataException($"{System.Name}: expected {_digest}, found {report.Digest}.");
    }

    public void Remove() => BenchmarkRun.RemoveDirectory(_original);

    private static void CopyFiles(string source, string target)
    {
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }
}
