using System.CommandLine;
using ActorVectorStore.Benchmarks;
using ActorVectorStore.Benchmarks.Children;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Benchmarks.Suites;

if (args is [ChildProcess.Command, var request])
{
    return ChildMain.Run(request);
}

var suite = new Argument<string>("suite") { Description = "What to measure: appends, replay, reopen, akka, storage, collections, kernels, index, segments, engine, sets, or all." };
suite.AcceptOnlyFromAmong(SuiteRunner.Names);
var small = new Option<bool>("--small") { Description = "Every benchmark for a moment: shows that it works; the figures mean nothing." };
var directory = new Option<string?>("--dir") { Description = "Where to write; decides the disk. Default: the directory for temporary files." };
var repetitions = new Option<int?>("--repetitions") { Description = "Passes of each cell, of which the median counts. Default: 3." };
var seconds = new Option<double?>("--seconds") { Description = "Measured seconds of a pass of the appends and akka suites, and of each query of the storage suite. Default: 2." };
var only = new Option<string[]>("--only") { Description = "Only rows whose name contains this text; may be repeated.", DefaultValueFactory = _ => [] };
var payloads = new Option<int[]>("--payload") { Description = "Only this payload size in bytes; may be repeated.", DefaultValueFactory = _ => [] };
var callers = new Option<int[]>("--callers") { Description = "Only this number of callers; may be repeated.", DefaultValueFactory = _ => [] };
var points = new Option<int?>("--points") { Description = "Points of the storage suite. Default: 200,000, or all of --vectors." };
var dimension = new Option<int?>("--dimension") { Description = "Components of a vector in the storage suite. Default: 768." };
var vectors = new Option<string?>("--vectors") { Description = "Take the vectors of this file: .fvecs, or float32 without header and with --dimension." };
var sets = new Option<string?>("--sets") { Description = "Where the sets of vectors that searches are measured on are, or will be. Default: avs-vector-sets in the directory for temporary files." };
var ms = new Option<int[]>("--m") { Description = "M of the indexes of the index suite; may be repeated. Default: 16.", DefaultValueFactory = _ => [16] };
var efConstructs = new Option<int[]>("--ef-construct") { Description = "ef_construct of the indexes of the index suite; may be repeated. Default: 200.", DefaultValueFactory = _ => [200] };
var grid = new Option<bool>("--grid") { Description = "Build with M 16 and 32 and ef_construct 100, 200 and 400 in the index suite, and compare the best of each system." };
var plot = new Option<string?>("--plot") { Description = "PNG file for recall against queries a second, drawn by the index suite." };
var count = new Option<int?>("--count") { Description = "Collections of the collections suite. Default: 10,000." };
var markdown = new Option<string?>("--markdown") { Description = "File to write the tables to." };

var root = new RootCommand("Measures the log, the journal and the vector store beside reference loops and peers, interleaved in one run.")
{
    suite, small, directory, repetitions, seconds, only, payloads, callers, points, dimension, vectors, sets, ms, efConstructs, grid, plot, count, markdown,
};
root.SetAction(arguments =>
{
    var isSmall = arguments.GetValue(small);
    var options = new BenchmarkOptions
    {
        Directory = Path.Combine(arguments.GetValue(directory) ?? Path.GetTempPath(), $"avs-benchmarks-{Environment.ProcessId}"),
        Repetitions = arguments.GetValue(repetitions) ?? (isSmall ? 1 : 3),
        Measured = TimeSpan.FromSeconds(arguments.GetValue(seconds) ?? (isSmall ? 0.1 : 2)),
        Only = arguments.GetValue(only)!,
        Payloads = arguments.GetValue(payloads)!,
        Callers = arguments.GetValue(callers)!,
        Points = arguments.GetValue(points),
        Dimension = arguments.GetValue(dimension),
        Vectors = arguments.GetValue(vectors),
        VectorSets = arguments.GetValue(sets) ?? Path.Combine(Path.GetTempPath(), "avs-vector-sets"),
        Ms = arguments.GetValue(grid) ? [16, 32] : arguments.GetValue(ms)!,
        EfConstructs = arguments.GetValue(grid) ? [100, 200, 400] : arguments.GetValue(efConstructs)!,
        Plot = arguments.GetValue(plot),
        Collections = arguments.GetValue(count),
        Small = isSmall,
    };
    Directory.CreateDirectory(options.Directory);
    var run = new BenchmarkRun(options, BlockDevice.Of(options.Directory), new MarkdownReport(arguments.GetValue(markdown)));
    try
    {
        new SuiteRunner(run).Run(arguments.GetValue(suite)!);
    }
    finally
    {
        run.RemoveDirectories();
    }
});

return root.Parse(args).Invoke();
