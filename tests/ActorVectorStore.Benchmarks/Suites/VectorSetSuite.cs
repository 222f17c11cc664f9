using System.Diagnostics;
using ActorVectorStore.Benchmarks.Report;
using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.Suites;

/// <summary>Prepares the sets of vectors that searches are measured on, and says what they are.</summary>
internal sealed class VectorSetSuite(BenchmarkRun run)
{
    public void Run()
    {
        run.Report.Heading("Sets of vectors");
        var table = new Table("set", "base vectors", "dimension", "queries", "metric", "seconds to prepare") { TextColumns = 1 };
        foreach (var name in VectorSetCatalogue.Names.Where(run.Options.Includes))
        {
            var watch = Stopwatch.StartNew();
            var set = VectorSetCatalogue.Prepare(name, run.Options.VectorSets);
            var seconds = watch.Elapsed.TotalSeconds;
            var (rows, queries) = (VectorTable.Read(set.BaseFile), VectorTable.Read(set.QueryFile));
            table.Add(name, $"{rows.Count:N0}", $"{rows.Dimension}", $"{queries.Count:N0}", set.Metric == Metric.Cosine ? "cosine" : "L2", $"{seconds:N1}");
        }

        run.Report.Add(table);
    }
}
