using System.CommandLine;
using ActorVectorStore.Model;

namespace ActorVectorStore.Cli.Import;

/// <summary><c>avs import</c>: the points of a file go into a collection, which is created if it is missing.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = $"The points: {PointFiles.Endings}." };
        var directory = new Option<string>("--dir") { Description = "The store's directory; created if missing.", DefaultValueFactory = _ => "data" };
        var collection = new Option<string?>("--collection") { Description = "The collection's name. Default: the file's name without its ending." };
        var distance = new Option<Distance>("--distance") { Description = "Of a new collection: how vectors are compared.", DefaultValueFactory = _ => Distance.Cosine };
        var shards = new Option<int>("--shards") { Description = "Of a new collection: partitions.", DefaultValueFactory = _ => 2 };
        var batch = new Option<int>("--batch") { Description = "Most points of one upsert.", DefaultValueFactory = _ => 1000 };
        var first = new Option<ulong>("--first-id") { Description = "Id of the first point of a format without ids; the others follow it." };
        var labels = new Option<string?>("--labels") { Description = "Text file whose line i becomes the payload {\"label\": ...} of point i, in a format without payloads." };
        var command = new Command("import", "Reads points from a file into a collection.") { file, directory, collection, distance, shards, batch, first, labels };
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(async () =>
        {
            var path = parsed.GetRequiredValue(file);
            using var points = Labelled(PointFiles.Open(path, parsed.GetValue(first)), parsed.GetValue(labels));
            var schema = new CollectionSchema(
                CollectionName.Parse(parsed.GetValue(collection) ?? Path.GetFileNameWithoutExtension(path)),
                points.Dimension,
                parsed.GetValue(distance),
                parsed.GetValue(shards));
            var database = await VectorDatabase.OpenAsync(parsed.GetRequiredValue(directory), cancellationToken: cancellation).ConfigureAwait(false);
            await using var closing = database.ConfigureAwait(false);
            await new PointImport(database, schema, parsed.GetValue(batch)).RunAsync(points, cancellation).ConfigureAwait(false);
            await IndexCommand.BuildAsync(database, schema.Name, cancellation).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static IPointSource Labelled(IPointSource points, string? labels)
    {
        try
        {
            return labels is null ? points : new LabelledSource(points, new StreamReader(labels));
        }
        catch
        {
            points.Dispose();
            throw;
        }
    }
}
