using System.CommandLine;
using ActorVectorStore.Cluster;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli;

/// <summary><c>avs compact</c>: the room of replaced and deleted points is given back.</summary>
internal static class CompactCommand
{
    public static Command Create()
    {
        var directory = StoreDirectory.Argument();
        var collection = new Argument<string?>("collection")
        {
            Description = "The collection's name. Default: all of them, one after the other.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("compact", "Writes what is in memory to files and gives back the room of replaced and deleted points that no pin holds.") { directory, collection };
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(() =>
            RunAsync(StoreDirectory.Existing(parsed.GetRequiredValue(directory)), parsed.GetValue(collection), cancellation)));
        return command;
    }

    private static string Describe(CompactionProgress step) =>
        $"{Figures.Bytes(step.WrittenBytes)} of at most {Figures.Bytes(step.PlannedBytes)}, {Figures.Count(step.MergedSegments)} segments merged";

    private static async Task<int> RunAsync(string directory, string? collection, CancellationToken cancellation)
    {
        var database = await VectorDatabase.OpenAsync(directory, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var names = collection is null ? await database.ListCollectionsAsync(cancellation).ConfigureAwait(false) : [CollectionName.Parse(collection)];
        foreach (var name in names)
        {
            var before = await FiguresOfAsync(database, name, cancellation).ConfigureAwait(false);
            await LiveLine.RunAsync<CompactionProgress, bool>($"compacting {name}", Describe, async progress =>
            {
                await database.CompactAsync(name, progress, cancellation).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            Console.WriteLine($"{name}: {before}; after: {await FiguresOfAsync(database, name, cancellation).ConfigureAwait(false)}");
        }

        return 0;
    }

    private static async Task<string> FiguresOfAsync(VectorDatabase database, CollectionName name, CancellationToken cancellation)
    {
        var shards = await StatsCommand.ShardsOfAsync(database, name, cancellation).ConfigureAwait(false);
        return $"{Figures.Bytes(shards.Sum(shard => shard.SegmentFileBytes))} in {Figures.Count(shards.Sum(shard => shard.SegmentFiles))} segments, "
            + $"{Figures.Bytes(shards.Sum(shard => shard.MemoryBytes))} in memory, {Figures.Count(shards.Sum(shard => shard.DeadRows))} dead rows";
    }
}
