using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;
using ActorVectorStore.Wal;
using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary><c>avs stats</c>: what each shard of a store holds, and the figures of its log and files.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var directory = StoreDirectory.Argument();
        var json = new Option<bool>("--json") { Description = "Print one JSON object a shard, one for the log and one for the files, a line each." };
        var command = new Command("stats", "Shows what each shard of a store holds, and the figures of its log and files.") { directory, json };
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(() =>
            RunAsync(StoreDirectory.Existing(parsed.GetRequiredValue(directory)), parsed.GetValue(json), cancellation)));
        return command;
    }

    /// <summary>What the shards of a collection hold, by number; it opens those that nobody has used yet.</summary>
    public static async Task<IReadOnlyList<ShardStatistics>> ShardsOfAsync(VectorDatabase database, CollectionName name, CancellationToken cancellation)
    {
        await database.GetCollectionAsync(name, cancellation).ConfigureAwait(false);
        return [.. database.HealthOf(name).Select(health => health.Statistics
            ?? throw new InvalidDataException($"Expected {health.Name} to be open, found it closed again."))];
    }

    private static async Task<int> RunAsync(string directory, bool asJson, CancellationToken cancellation)
    {
        // As they are at rest: opening may tidy up.
        var files = FileUsage.Of(directory);
        var database = await VectorDatabase.OpenAsync(directory, cancellationToken: cancellation).ConfigureAwait(false);
        await using var closing = database.ConfigureAwait(false);
        var collections = new List<CollectionStats>();
        foreach (var name in await database.ListCollectionsAsync(cancellation).ConfigureAwait(false))
        {
            collections.Add(new CollectionStats(
                name,
                await ShardsOfAsync(database, name, cancellation).ConfigureAwait(false),
                await database.ListPayloadIndexesAsync(name, cancellation).ConfigureAwait(false),
                await database.ListPinsAsync(name, cancellation).ConfigureAwait(false)));
        }

        var log = database.LogStatistics!;
        if (asJson)
        {
            PrintLines(collections, log, files);
        }
        else
        {
            PrintTables(collections, log, files);
        }

        return 0;
    }

    private static void PrintTables(List<CollectionStats> collections, WalStatistics log, IReadOnlyList<FileUsage> files)
    {
        var table = new Table().AddColumns("collection", "shard", "points", "dead rows", "segments", "segment bytes", "space", "damaged", "memory", "log index");
        foreach (var (collection, shard, number) in Shards(collections))
        {
            table.AddRow(
                Markup.Escape(collection.Name.Value),
                Figures.Count(number),
                Figures.Count(shard.LivePoints),
                Figures.Count(shard.DeadRows),
                Figures.Count(shard.SegmentFiles),
                Figures.Bytes(shard.SegmentFileBytes),
                SpaceAmplification(shard) is { } space ? string.Create(CultureInfo.InvariantCulture, $"{space:0.00}x") : "",
                Figures.Count(shard.DamagedSections),
                Figures.Bytes(shard.MemoryBytes),
                Figures.Count(shard.AppliedIndex));
        }

        AnsiConsole.Write(table);
        foreach (var collection in collections)
        {
            Console.WriteLine($"{collection.Name}: payload indexes: {Listed(collection.Indexes.Select(index => $"{index.Path} {index.Kind}"))}; pins: {Listed(collection.Pins.Select(pin => pin.ToString()))}");
        }

        PrintLog(log);
        Console.WriteLine($"files: {Listed(files.Select(kind => $"{FileKinds.NameOf(kind.Kind)} {Figures.Bytes(kind.Bytes)} in {Figures.Count(kind.Files)}"))}");
    }

    // Bytes of files for each byte of live rows; null where there is none.
    private static double? SpaceAmplification(ShardStatistics shard) =>
        shard.LiveFileBytes > 0 ? (double)shard.SegmentFileBytes / shard.LiveFileBytes : null;

    private static void PrintLog(WalStatistics log)
    {
        Console.WriteLine(
            $"log: {Figures.Count(log.Segments)} segments of {Figures.Bytes(log.SegmentFileBytes)}, {Figures.Bytes(log.LiveBytes)} live, "
            + $"{Figures.Count(log.SpareSegments)} spare segments, {Figures.Count(log.Streams)} streams, {Figures.Bytes(log.OpenBytesRead)} read to open it");
        foreach (var problem in new[] { log.Poisoned, log.BackgroundProblem, log.SpaceProblem }.OfType<Exception>())
        {
            Console.WriteLine($"log: {problem.Message}");
        }
    }

    private static void PrintLines(List<CollectionStats> collections, WalStatistics log, IReadOnlyList<FileUsage> files)
    {
        foreach (var (collection, shard, number) in Shards(collections))
        {
            JsonLine.Print(writer => Write(writer, collection, shard, number));
        }

        JsonLine.Print(writer =>
        {
            writer.WriteStartObject("log");
            Write(writer, log);
            writer.WriteEndObject();
        });
        JsonLine.Print(writer =>
        {
            writer.WriteStartObject("files");
            foreach (var kind in files)
            {
                writer.WriteStartObject(FileKinds.NameOf(kind.Kind));
                writer.WriteNumber("files", kind.Files);
                writer.WriteNumber("bytes", kind.Bytes);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, CollectionStats collection, ShardStatistics shard, int number)
    {
        writer.WriteString("collection", collection.Name.Value);
        writer.WriteNumber("shard", number);
        writer.WriteNumber("points", shard.LivePoints);
        writer.WriteNumber("deadRows", shard.DeadRows);
        writer.WriteNumber("segments", shard.SegmentFiles);
        writer.WriteNumber("segmentBytes", shard.SegmentFileBytes);
        writer.WriteNumber("liveSegmentBytes", shard.LiveFileBytes);
        if (SpaceAmplification(shard) is { } space)
        {
            writer.WriteNumber("spaceAmplification", space);
        }

        writer.WriteNumber("damagedSections", shard.DamagedSections);
        writer.WriteNumber("memoryBytes", shard.MemoryBytes);
        writer.WriteNumber("logIndex", shard.AppliedIndex);
        WriteList(writer, "payloadIndexes", collection.Indexes, index =>
        {
            writer.WriteStartObject();
            writer.WriteString("path", index.Path.ToString());
            writer.WriteString("kind", index.Kind.ToString());
            writer.WriteEndObject();
        });
        WriteList(writer, "pins", collection.Pins, pin => writer.WriteStringValue(pin.ToString()));
    }

    private static void Write(Utf8JsonWriter writer, WalStatistics log)
    {
        writer.WriteNumber("segments", log.Segments);
        writer.WriteNumber("segmentBytes", log.SegmentFileBytes);
        writer.WriteNumber("liveBytes", log.LiveBytes);
        writer.WriteNumber("spareSegments", log.SpareSegments);
        writer.WriteNumber("streams", log.Streams);
        writer.WriteNumber("openBytesRead", log.OpenBytesRead);
        writer.WriteNumber("batches", log.Batches);
        writer.WriteNumber("commits", log.Commits);
        writer.WriteNumber("commitBytes", log.CommitBytes);
        writer.WriteNumber("backgroundBytes", log.BackgroundBytes);
        writer.WriteString("poisoned", log.Poisoned?.Message);
        writer.WriteString("backgroundProblem", log.BackgroundProblem?.Message);
        writer.WriteString("spaceProblem", log.SpaceProblem?.Message);
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IEnumerable<T> values, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            write(value);
        }

        writer.WriteEndArray();
    }

    private static IEnumerable<(CollectionStats Collection, ShardStatistics Shard, int Number)> Shards(List<CollectionStats> collections) =>
        collections.SelectMany(collection => collection.Shards.Select((shard, number) => (collection, shard, number)));

    private static string Listed(IEnumerable<string> values) => values.Any() ? string.Join(", ", values) : "none";

    private sealed record CollectionStats(
        CollectionName Name, IReadOnlyList<ShardStatistics> Shards, IReadOnlyList<PayloadIndex> Indexes, IReadOnlyList<PinName> Pins);
}
