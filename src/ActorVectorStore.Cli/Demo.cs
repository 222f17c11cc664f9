using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Model;
using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary>
/// The main job, in front of the user's eyes: real vectors are ingested by a child process which is killed in the middle; the store is opened again,
/// and every acknowledged point must be there, bit for bit.
/// </summary>
internal sealed class Demo(IAnsiConsole console, string directory, int kills, int seed)
{
    private static readonly string[] Shown = ["king", "music", "river", "quickly"];

    private readonly DemoWords _words = DemoWords.Load();
    private readonly HashSet<int> _acknowledged = [];
    private readonly Random _random = new(seed);

    /// <summary>0 if everything held, else 2.</summary>
    public async Task<int> RunAsync()
    {
        var batches = _words.Words.Count / DemoIngest.BatchPoints;
        console.MarkupLineInterpolated($"[bold]{_words.Words.Count}[/] words, {DemoWords.Dimension} dimensions, into {directory} (seed {seed})");
        for (var kill = 1; kill <= kills && _acknowledged.Count < batches; kill++)
        {
            var left = batches - _acknowledged.Count;
            await IngestAsync(_random.Next(1, Math.Max(2, left * 2 / (kills - kill + 2)))).ConfigureAwait(false);
            if (!await CheckAsync($"after kill {kill}").ConfigureAwait(false))
            {
                return 2;
            }
        }

        await IngestAsync(killAfter: null).ConfigureAwait(false);
        if (!await CheckAsync("after the whole ingest").ConfigureAwait(false))
        {
            return 2;
        }

        await ShowNeighboursAsync().ConfigureAwait(false);
        console.MarkupLine("[green]Every acknowledged point was there after every kill, bit for bit.[/]");
        return 0;
    }

    /// <summary>Runs the child until it has acknowledged so many batches, then kills it; or to its end.</summary>
    private async Task IngestAsync(int? killAfter)
    {
        using var child = Start();
        var seen = 0;
        while (await child.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            _acknowledged.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (++seen == killAfter)
            {
                // SIGKILL on Unix; what the child has acknowledged since is still in the pipe and is read to its end.
                child.Kill();
            }
        }

        await child.WaitForExitAsync().ConfigureAwait(false);
        if (killAfter is null && child.ExitCode != 0)
        {
            throw new InvalidOperationException($"The ingesting process ended with code {child.ExitCode}.");
        }

        console.MarkupLineInterpolated(
            $"{(killAfter is null ? "ingested" : "killed process ")}{(killAfter is null ? "" : child.Id)}: [bold]{_acknowledged.Count * DemoIngest.BatchPoints}[/] points acknowledged so far");
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Demo).Assembly.Location);
        }

        var first = Enumerable.Range(0, int.MaxValue).First(batch => !_acknowledged.Contains(batch));
        foreach (var argument in new[] { Program.DemoIngestCommand, directory, first.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The ingesting process could not be started.");
    }

    private async Task<bool> CheckAsync(string when)
    {
        var clock = Stopwatch.StartNew();
        await using var database = await VectorDatabase.OpenAsync(directory).ConfigureAwait(false);
        var opened = clock.Elapsed;
        if (_acknowledged.Count > 0 && (await database.ListCollectionsAsync().ConfigureAwait(false)).Count == 0)
        {
            console.MarkupLine("[red]the collection is gone[/]");
            return false;
        }

        var wrong = 0;
        foreach (var batch in _acknowledged)
        {
            wrong += await CountWrongAsync(database, batch).ConfigureAwait(false);
        }

        var log = database.LogStatistics!;
        var table = new Table().AddColumns("check", "result");
        table.AddRow("opened in", string.Create(CultureInfo.InvariantCulture, $"{opened.TotalMilliseconds:f0} ms"));
        table.AddRow("acknowledged points checked", (_acknowledged.Count * DemoIngest.BatchPoints).ToString(CultureInfo.InvariantCulture));
        table.AddRow("missing or different", wrong.ToString(CultureInfo.InvariantCulture));
        table.AddRow("torn bytes erased from the log", database.Recovery.TornBytes.ToString(CultureInfo.InvariantCulture));
        table.AddRow("log segments, bytes live", string.Create(CultureInfo.InvariantCulture, $"{log.Segments}, {log.LiveBytes}"));
        console.Write(new Rule(when));
        console.Write(table);
        return wrong == 0;
    }

    private async Task<int> CountWrongAsync(VectorDatabase database, int batch)
    {
        var expected = Enumerable.Range(batch * DemoIngest.BatchPoints, DemoIngest.BatchPoints).Select(_words.Point).ToArray();
        var found = await database
            .GetAsync(DemoIngest.Collection, [.. expected.Select(point => point.Id)], PointFields.All)
            .ConfigureAwait(false);
        return expected
            .ExceptBy(found.Select(record => new Point(record.Id, record.Vector!.Value, record.Payload)), point => point)
            .Count();
    }

    private async Task ShowNeighboursAsync()
    {
        await using var database = await VectorDatabase.OpenAsync(directory).ConfigureAwait(false);
        var table = new Table().AddColumns("word", "nearest");
        foreach (var word in Shown.Where(word => _words.RowOf(word) is not null))
        {
            var hits = await database.SearchAsync(
                DemoIngest.Collection,
                new SearchRequest { Vector = _words.Vector(_words.RowOf(word)!.Value), Limit = 6 }).ConfigureAwait(false);
            table.AddRow(word, string.Join(", ", hits.Skip(1).Select(hit =>
                string.Create(CultureInfo.InvariantCulture, $"{_words.Words[int.Parse(hit.Id.ToString(), CultureInfo.InvariantCulture)]} {hit.Score:f2}"))));
        }

        console.Write(table);
    }
}
