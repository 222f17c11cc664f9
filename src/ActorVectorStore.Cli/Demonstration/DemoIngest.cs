using System.Globalization;
using ActorVectorStore.Model;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Cli.Demonstration;

/// <summary>The part of the demo that runs in a process of its own, to be killed: it ingests, and says after each batch that it was acknowledged.</summary>
internal static class DemoIngest
{
    public const string CommandName = "demo-ingest";
    public const string FiguresPrefix = "log: ";
    public const int BatchPoints = 50;
    public const int Writers = 4;

    public static readonly CollectionName Collection = CollectionName.Parse("words");

    public static readonly CollectionSchema Schema = new(Collection, DemoWords.Dimension, Distance.Cosine, 2);

    /// <summary>Batch b has the rows [b * <see cref="BatchPoints"/>, ...). Batches are dealt out to the writers in turn, from the first one on.</summary>
    public static async Task<int> RunAsync(string directory, int firstBatch, TextWriter acknowledged)
    {
        var words = DemoWords.Load();
        var database = await VectorDatabase.OpenAsync(directory).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        if ((await database.ListCollectionsAsync().ConfigureAwait(false)).Count == 0)
        {
            await database.CreateCollectionAsync(Schema).ConfigureAwait(false);
        }

        var next = firstBatch - 1;
        var batches = words.Words.Count / BatchPoints;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var batch = Interlocked.Increment(ref next); batch < batches; batch = Interlocked.Increment(ref next))
            {
                var points = Enumerable.Range(batch * BatchPoints, BatchPoints).Select(words.Point).ToArray();
                await database.UpsertAsync(Collection, points).ConfigureAwait(false);
                lock (acknowledged)
                {
                    acknowledged.WriteLine(batch.ToString(CultureInfo.InvariantCulture));
                    acknowledged.Flush();
                }
            }
        }))).ConfigureAwait(false);
        await acknowledged.WriteLineAsync(FiguresPrefix + FiguresOf(database.LogStatistics!)).ConfigureAwait(false);
        return 0;
    }

    private static string FiguresOf(WalStatistics log) => string.Create(
        CultureInfo.InvariantCulture,
        $"{log.Batches:N0} events of {Figures.Bytes(log.PayloadBytes)} made durable by {log.Commits:N0} syncs, {(double)log.CommitBytes / Math.Max(1, log.PayloadBytes):f2} bytes written per byte");
}
