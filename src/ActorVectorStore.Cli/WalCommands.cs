using System.Globalization;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Wal;
using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary>Looks into the log of a directory that no process has open.</summary>
internal static class WalCommands
{
    public static int Inspect(IAnsiConsole console, string directory)
    {
        var log = WalInspector.Inspect(PhysicalFileSystem.Instance, directory);
        var table = new Table().AddColumns("segment", "file bytes", "frame bytes", "live bytes", "first ordinal", "state");
        foreach (var segment in log.Segments)
        {
            table.AddRow(
                Text(segment.Number),
                Text(segment.FileBytes),
                Text(segment.FrameBytes),
                Text(segment.LiveBytes),
                Text(segment.FirstOrdinal),
                segment.IsSealed ? segment.HasIndex ? "sealed" : "sealed, no index" : "written");
        }

        console.Write(table);
        console.MarkupLineInterpolated(
            $"{log.Streams} streams, {log.PublishedOrdinal} events ever, tail at {log.Tail.ToString()}, {log.TornBytes} torn bytes, {log.UnusedFiles} unused files");
        return 0;
    }

    public static int Verify(IAnsiConsole console, string directory)
    {
        var result = WalInspector.Verify(PhysicalFileSystem.Instance, directory);
        foreach (var problem in result.Problems)
        {
            console.MarkupLineInterpolated($"[red]{problem.File} at {problem.Offset}: expected {problem.Expected}, found {problem.Found}[/]");
        }

        console.MarkupLineInterpolated($"{result.Batches} batches, {result.Bytes} bytes read, {result.Problems.Count} problems");
        return result.Problems.Count == 0 ? 0 : Program.DamageFound;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
