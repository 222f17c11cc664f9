using System.CommandLine;
using System.Diagnostics;
using ActorVectorStore.Cluster;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli;

/// <summary><c>avs index</c>: vector indexes that are wanted and not there yet are built.</summary>
internal static class IndexCommand
{
    public static Command Create()
    {
        var directory = StoreDirectory.Argument();
        var collection = new Argument<string?>("collection")
        {
            Description = "The collection's name. Default: all of them, one after the other.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("index", "Writes what is in memory to files and builds the vector indexes that are not there yet.") { directory, collection };
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(() =>
            RunAsync(StoreDirectory.Existing(parsed.GetRequiredValue(directory)), parsed.GetValue(collection), cancellation)));
        return command;
    }

    /// <summary>Builds the indexes of a collection, shows how far they are and when they will be there, and says what it took.</summary>
    public static async Task BuildAsync(VectorDatabase database, CollectionName name, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var (_, last) = await LiveLine.RunAsync<IndexProgress, bool>($"indexing {name}", step => Describe(step, clock.Elapsed), async progress =>
        {
            await database.IndexAsync(name, progress, cancellation).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        var indexes = last.Indexes == 1 ? "index" : "indexes";
        Console.WriteLine(last.Indexes == 0
            ? $"{name}: no vector index is missing"
            : $"{name}: {Figures.Count(last.IndexedVectors)} vectors are in {Figures.Count(last.Indexes)} {indexes} that were not there before ({clock.Elapsed.TotalSeconds:N1} s)");
    }

    private static async Task<int> RunAsync(string directory, string? collection, CancellationToken cancellation)
    {
        var database = await VectorDatabase.OpenAsync(directory, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var names = collection is null ? await database.ListCollectionsAsync(cancellation).ConfigureAwait(false) : [CollectionName.Parse(collection)];
        foreach (var name in names)
            await BuildAsync(database, name, cancellation).ConfigureAwait(false);
        return 0;
    }

    // The last vectors take longer than the first, by the logarithm of their number: the time that is left is a little more.
    private static string Describe(IndexProgress step, TimeSpan elapsed)
    {
        var left = step.IndexedVectors == 0 ? TimeSpan.Zero : elapsed * ((double)(step.PlannedVectors - step.IndexedVectors) / step.IndexedVectors);
        return $"{Figures.Count(step.IndexedVectors)} of {Figures.Count(step.PlannedVectors)} vectors, about {left.TotalSeconds:N0} s left";
    }
}
