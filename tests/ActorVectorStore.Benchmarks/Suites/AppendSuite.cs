using ActorVectorStore.Benchmarks.Logs;
using ActorVectorStore.Benchmarks.Measurement;
using ActorVectorStore.Benchmarks.Report;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>
/// Durable appends by closed-loop callers. For each cell all logs run one after the other, and then again, so that a disk that drifts
/// drifts for all of them.
/// </summary>
internal sealed class AppendSuite(BenchmarkRun run)
{
    private static readonly int[] AllPayloads = [128, 3 << 10, 64 << 10, 1 << 20];
    private static readonly int[] AllCallers = [1, 8, 64, 256];
    private static readonly int[] SmallCallers = [1, 8];

    private readonly Dictionary<(string System, Workload Workload), List<PassResult>> _passes = [];

    public void Run()
    {
        run.Report.Heading("Durable appends");
        var payloads = Chosen(run.Options.Payloads, AllPayloads);
        var callers = Chosen(run.Options.Callers, run.Options.Small ? SmallCallers : AllCallers);
        foreach (var workload in payloads.SelectMany(bytes => callers.Select(count => new Workload(bytes, count))))
        {
            for (var repetition = 0; repetition < run.Options.Repetitions; repetition++)
            {
                foreach (var system in run.Logs)
                {
                    RunPass(system, workload, repetition);
                }
            }

            ReportCell(workload);
        }

        var results = new AppendResults(_passes);
        run.Report.SubHeading("Bars");
        run.Report.Add(Bar.TableOf(AppendBars.Of(results, payloads, callers)));
        ReportAcknowledgements();
    }

    private static int[] Chosen(IReadOnlyList<int> asked, int[] all) => asked.Count == 0 ? all : [.. asked];

    private void RunPass(LogSystem system, Workload workload, int repetition)
    {
        var directory = system.KeepsDirectory ? run.KeptDirectory(system.Name) : run.NewDirectory(system.Name);
        PassResult result;
        using (var log = system.Open(directory, workload.Callers))
        {
            OperatingSystemCaches.WriteBack();
            GC.Collect();
            result = new ClosedLoop(log, run.Device, workload).Run(
                system.CallersAreThreads(workload.Callers), run.Options.Measured / 4, run.Options.Measured);
        }

        if (!system.KeepsDirectory)
        {
            BenchmarkRun.RemoveDirectory(directory);
        }

        MarkdownReport.Progress(
            $"{Figure.Bytes(workload.PayloadBytes)} x {workload.Callers}, pass {repetition + 1}, {system.Name}: "
            + $"{Figure.Count(result.AppendsPerSecond)}/s, p50 {Figure.Of(result.MedianMicroseconds)} us");
        if (!_passes.TryGetValue((system.Name, workload), out var passes))
        {
            _passes[(system.Name, workload)] = passes = [];
        }

        passes.Add(result);
    }

    private void ReportCell(Workload workload)
    {
        run.Report.SubHeading($"{Figure.Bytes(workload.PayloadBytes)}, {workload.Callers} {(workload.Callers == 1 ? "caller" : "callers")}");
        var table = new Table(
            "log", "appends/s", "min-max", "MB/s", "p50 us", "p99 us", "syncs/append", "flushes/append",
            "device bytes/byte", "file bytes/byte", "CPU us/append", "allocated B/append");
        var results = new AppendResults(_passes);
        foreach (var system in run.Logs)
        {
            var cell = results.Cell(system.Name, workload)!;
            table.Add(
                system.Name,
                Figure.Count(cell.AppendsPerSecond.Median),
                $"{Figure.Count(cell.AppendsPerSecond.Minimum)}-{Figure.Count(cell.AppendsPerSecond.Maximum)}",
                Figure.Of(cell.Median(pass => pass.MegabytesPerSecond)),
                Figure.Of(cell.Median(pass => pass.MedianMicroseconds)),
                Figure.Of(cell.Median(pass => pass.HighMicroseconds)),
                Figure.Of(cell.Median(pass => pass.SyncsPerAppend)),
                Figure.Of(cell.Median(pass => pass.FlushesPerAppend)),
                Figure.Of(cell.Median(pass => pass.DeviceBytesPerByte)),
                Figure.Of(cell.Median(pass => pass.FileBytesPerByte)),
                Figure.Of(cell.Median(pass => pass.CpuMicrosecondsPerAppend)),
                Figure.Of(cell.Median(pass => pass.AllocatedBytesPerAppend)));
        }

        run.Report.Add(table);
    }

    private void ReportAcknowledgements()
    {
        run.Report.SubHeading("What an acknowledgement means");
        var table = new Table("log", "ack", "appends acknowledged in measured time") { TextColumns = 2 };
        foreach (var system in run.Logs)
        {
            var appends = _passes.Where(entry => entry.Key.System == system.Name).Sum(entry => entry.Value.Sum(pass => pass.Appends));
            table.Add(system.Name, system.AckMeans, Figure.Count(appends));
        }

        run.Report.Add(table);
    }
}
