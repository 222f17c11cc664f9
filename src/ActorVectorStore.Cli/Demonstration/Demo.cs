using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Model;
using Spectre.Console;

namespace ActorVectorStore.Cli.Demonstration;

/// <summary>
/// The main job, in front of the user's eyes: real vectors are ingested by a child process which is killed in the middle; the store is opened again,
/// and every acknowledged point must be there, bit for bit.
/// </summary>
internal sealed class Demo(IAnsiConsole console, string directory, int kills, int seed)
{
    private const int Neighbours = 5;

    /// <summary>A kill follows the acknowledgement that it waited for by up to this long, so that it meets the child anywhere in its work.</summary>
    private const int KillDelayMicrosecondsMax = 1_000;

    private static readonly int KilledExitCode = OperatingSystem.IsWindows() ? -1 : 128 + 9;

    private static readonly string[] Shown = ["king", "music", "river", "quickly"];

    private readonly DemoWords _words = DemoWords.Load();
    private readonly HashSet<int> _acknowledged = [];
    private readonly List<DemoCheck> _checks = [];
    private readonly Random _random = new(seed);
    private string _logFigures = "";

    private int Batches => _words.Words.Count / DemoIngest.BatchPoints;

    private int Points => _acknowledged.Count * DemoIngest.BatchPoints;

    /// <summary>0 if everything held, else 2.</summary>
    public async Task<int> RunAsync()
    {
        Say($"{Figures.Count(_words.Words.Count)} words of {DemoWords.Dimension} dimensions go into {directory}");
        Say($"by a process that is killed {kills} times (the moments come from --seed {seed}).");
        console.WriteLine();
        var held = await console.Progress()
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(progress => IngestAndKillAsync(progress.AddTask("ingest", maxValue: Batches)))
            .ConfigureAwait(false);
        if (held)
        {
            await ShowNeighboursAsync().ConfigureAwait(false);
        }

        ShowVerdict(held);
        return held ? 0 : Failures.DamageFound;
    }

    private async Task<bool> IngestAndKillAsync(ProgressTask shown)
    {
        for (var kill = 1; kill <= kills && _acknowledged.Count < Batches; kill++)
        {
            var left = Batches - _acknowledged.Count;
            var end = await IngestAsync(shown, killAfter: _random.Next(1, Math.Max(2, left * 2 / (kills - kill + 2)))).ConfigureAwait(false);
            if (!await CheckAsync(shown, end).ConfigureAwait(false))
            {
                return false;
            }
        }

        return _acknowledged.Count == Batches || await CheckAsync(shown, await IngestAsync(shown, killAfter: null).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Runs the child until it has acknowledged so many batches, then kills it; or to its end. Says which it was.</summary>
    private async Task<string> IngestAsync(ProgressTask shown, int? killAfter)
    {
        using var child = Start();
        shown.Description = string.Create(CultureInfo.InvariantCulture, $"process {child.Id} ingests");
        var seen = 0;
        while (await child.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith(DemoIngest.FiguresPrefix, StringComparison.Ordinal))
            {
                _logFigures = line[DemoIngest.FiguresPrefix.Length..];
                continue;
            }

            _acknowledged.Add(int.Parse(line, CultureInfo.InvariantCulture));
            shown.Value = _acknowledged.Count;
            if (++seen == killAfter)
            {
                // SIGKILL on Unix; what the child has acknowledged since is still in the pipe and is read to its end.
                WaitMoment();
                child.Kill();
            }
        }

        await child.WaitForExitAsync().ConfigureAwait(false);
        return child.ExitCode switch
        {
            // Also where it was faster than its kill.
            0 => $"process {child.Id} came to its end",
            var code when code == KilledExitCode && killAfter is not null => $"killed process {child.Id}",
            var code => throw new IOException($"The ingesting process ended by itself with exit code {code}."),
        };
    }

    private void WaitMoment()
    {
        var until = Stopwatch.GetTimestamp() + (_random.Next(KillDelayMicrosecondsMax) * Stopwatch.Frequency / 1_000_000);
        SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() >= until);
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Demo).Assembly.Location);
        }

        var first = Enumerable.Range(0, int.MaxValue).First(batch => !_acknowledged.Contains(batch));
        foreach (var argument in new[] { DemoIngest.CommandName, directory, first.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new IOException("The ingesting process could not be started.");
    }

    /// <summary>Opens the store as any process would after a crash, and compares every acknowledged point.</summary>
    private async Task<bool> CheckAsync(ProgressTask shown, string what)
    {
        shown.Description = "recover and compare";
        var clock = Stopwatch.StartNew();
        var database = await VectorDatabase.OpenAsync(directory).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var recovery = clock.Elapsed;
        var wrong = 0;
        foreach (var batch in _acknowledged)
        {
            wrong += await CountWrongAsync(database, batch).ConfigureAwait(false);
        }

        var log = database.LogStatistics!;
        var check = new DemoCheck(what, Points, wrong, recovery, database.Recovery.TornBytes, log.Segments, log.LiveBytes);
        _checks.Add(check);
        console.WriteLine(check.ToString());
        return wrong == 0;
    }

    private async Task<int> CountWrongAsync(VectorDatabase database, int batch)
    {
        var expected = Enumerable.Range(batch * DemoIngest.BatchPoints, DemoIngest.BatchPoints).Select(_words.Point).ToArray();
        try
        {
            var found = await database
                .GetAsync(DemoIngest.Collection, [.. expected.Select(point => point.Id)], PointFields.All)
                .ConfigureAwait(false);
            return expected
                .ExceptBy(found.Select(record => new Point(record.Id, record.Vector!.Value, record.Payload)), point => point)
                .Count();
        }
        catch (CollectionNotFoundException)
        {
            return expected.Length;
        }
    }

    private async Task ShowNeighboursAsync()
    {
        var database = await VectorDatabase.OpenAsync(directory).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var table = new Table().AddColumns("word", "nearest by cosine");
        foreach (var word in Shown.Where(word => _words.RowOf(word) is not null))
        {
            var hits = await database.SearchAsync(
                DemoIngest.Collection,
                new SearchRequest { Vector = _words.Vector(_words.RowOf(word)!.Value), Limit = Neighbours + 1 }).ConfigureAwait(false);
            table.AddRow(word, string.Join(", ", hits.Skip(1).Select(hit =>
                string.Create(CultureInfo.InvariantCulture, $"{_words.Words[(int)hit.Id.Number]} {hit.Score:f2}"))));
        }

        console.WriteLine();
        console.Write(table);
    }

    private void ShowVerdict(bool held)
    {
        if (_logFigures.Length > 0)
        {
            Say($"The last process: {_logFigures}.");
        }

        Say($"Recovery took {Figures.Milliseconds(_checks.Min(check => check.Recovery))} to {Figures.Milliseconds(_checks.Max(check => check.Recovery))}.");
        console.MarkupLine(held
            ? "[green]Every acknowledged point was there after every kill, bit for bit.[/]"
            : "[red]Acknowledged points are missing or different.[/]");
    }

    private void Say(string text) => console.WriteLine(text);
}
