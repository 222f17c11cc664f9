using System.CommandLine;
using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary><c>avs info</c>: the collections of a store and the figures of its log.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var directory = StoreDirectory.Argument();
        var command = new Command("info", "Lists the collections of a store.") { directory };
        command.SetAction((parsed, cancellation) =>
            Failures.ToExitCodeAsync(() => RunAsync(StoreDirectory.Existing(parsed.GetRequiredValue(directory)), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string directory, CancellationToken cancellation)
    {
        var database = await VectorDatabase.OpenAsync(directory, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var table = new Table().AddColumns("collection", "points", "vectors", "shards", "memory");
        foreach (var name in await database.ListCollectionsAsync(cancellation).ConfigureAwait(false))
        {
            var info = await database.GetCollectionAsync(name, cancellation).ConfigureAwait(false);
            table.AddRow(
                Markup.Escape(name.Value),
                Figures.Count(info.PointCount),
                Markup.Escape(string.Join("; ", info.Schema.Vectors)),
                Figures.Count(info.Schema.ShardCount),
                Figures.Bytes(info.MemoryBytes));
        }

        AnsiConsole.Write(table);
        var log = database.LogStatistics!;
        Console.WriteLine($"log: {Figures.Count(log.Segments)} segments of {Figures.Bytes(log.SegmentFileBytes)}, {Figures.Bytes(log.LiveBytes)} live");
        return 0;
    }
}
