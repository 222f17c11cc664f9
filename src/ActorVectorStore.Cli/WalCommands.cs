using System.CommandLine;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Persistence;
using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary>Looks into the log and the snapshots of a directory that no process has open; modifies nothing.</summary>
internal static class WalCommands
{
    private static readonly JournalTool Tool = new(PhysicalFileSystem.Instance);

    public static Command Create() => new("wal", "Looks into the log of a directory that no process has open.")
    {
        OfDirectory("inspect", "Shows the segments of the log.", directory => Task.FromResult(Inspect(directory))),
        OfDirectory("verify", "Reads every byte of the log and of the snapshots and lists what is damaged.", directory => Task.FromResult(Verify(directory))),
        OfDirectory("export", "Writes every event as one line of JSON to the standard output.", ExportAsync),
    };

    private static Command OfDirectory(string name, string description, Func<string, Task<int>> action)
    {
        var directory = StoreDirectory.Argument();
        var command = new Command(name, description) { directory };
        command.SetAction((parsed, _) => Failures.ToExitCodeAsync(() => action(StoreDirectory.Existing(parsed.GetRequiredValue(directory)))));
        return command;
    }

    private static int Inspect(string directory)
    {
        var inspection = Tool.Inspect(directory);
        var log = inspection.Log;
        var table = new Table().AddColumns("segment", "file bytes", "frame bytes", "live bytes", "first ordinal", "state");
        foreach (var segment in log.Segments)
        {
            table.AddRow(
                Figures.Count(segment.Number),
                Figures.Bytes(segment.FileBytes),
                Figures.Bytes(segment.FrameBytes),
                Figures.Bytes(segment.LiveBytes),
                Figures.Count(segment.FirstOrdinal),
                segment.IsSealed ? segment.HasIndex ? "sealed" : "sealed, no index" : "being written");
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"{Figures.Count(log.Streams)} streams; {Figures.Count(log.PublishedOrdinal)} events ever");
        Console.WriteLine($"tail at {log.Tail}; {log.TornBytes} bytes of a torn commit behind it; {log.UnusedFiles} spare files");
        Console.WriteLine($"{Figures.Count(inspection.Snapshots)} snapshots of {Figures.Bytes(inspection.SnapshotBytes)}");
        return 0;
    }

    /// <summary>Lists the damage of log and snapshots; gives the exit code.</summary>
    public static int Verify(string directory)
    {
        var result = Tool.Verify(directory);
        foreach (var problem in result.Problems)
        {
            Console.Error.WriteLine($"{problem.File} at {problem.Offset}: expected {problem.Expected}, found {problem.Found}");
        }

        Console.WriteLine(
            $"{Figures.Count(result.Batches)} batches, {Figures.Count(result.Events)} events and {Figures.Count(result.Snapshots)} snapshots read, {result.Problems.Count} problems");
        return result.Problems.Count == 0 ? 0 : Failures.DamageFound;
    }

    private static async Task<int> ExportAsync(string directory)
    {
        var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        await using (output.ConfigureAwait(false))
        {
            await Tool.ExportAsync(directory, output).ConfigureAwait(false);
        }

        return 0;
    }
}
