using System.CommandLine;
using System.Globalization;
using ActorVectorStore.Cli.Import;
using ActorVectorStore.Model;
using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary><c>avs search</c>: the points closest to a vector, which is given, is that of a stored point, or stands in a file.</summary>
internal static class SearchCommand
{
    public static Command Create()
    {
        var directory = StoreDirectory.Argument();
        var collection = new Argument<string>("collection") { Description = "The collection's name." };
        var id = new Option<string?>("--id") { Description = "Search by the vector of this point." };
        var vector = new Option<string?>("--vector") { Description = "Search by this vector: numbers with commas between them." };
        var file = new Option<string?>("--vector-file") { Description = $"Search by each vector of this file ({PointFiles.Endings}), at most {ModelLimits.QueriesPerBatchMax}." };
        var limit = new Option<int>("--limit") { Description = "Results wanted.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a result, a line each." };
        var command = new Command("search", "Prints the points closest to a vector.") { directory, collection, id, vector, file, limit, json };
        command.Validators.Add(result =>
        {
            if (new Option[] { id, vector, file }.Count(option => result.GetResult(option) is not null) != 1)
            {
                result.AddError("Expected one of --id, --vector and --vector-file.");
            }
        });
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(async () =>
        {
            var path = StoreDirectory.Existing(parsed.GetRequiredValue(directory));
            var name = CollectionName.Parse(parsed.GetRequiredValue(collection));
            var database = await VectorDatabase.OpenAsync(path, cancellationToken: cancellation).ConfigureAwait(false);
            await using var closing = database.ConfigureAwait(false);
            var queries = parsed.GetValue(id) is { } of ? [await VectorOfAsync(database, name, PointId.Parse(of), cancellation).ConfigureAwait(false)]
                : parsed.GetValue(vector) is { } text ? [Numbers(text)]
                : VectorsOf(parsed.GetValue(file)!);
            var requests = queries.ConvertAll(query => new SearchRequest { Vector = query, Limit = parsed.GetValue(limit) });
            var answers = await database.SearchBatchAsync(name, requests, asOf: null, cancellation).ConfigureAwait(false);
            Print(answers, parsed.GetValue(json));
            return 0;
        }));
        return command;
    }

    private static async Task<ReadOnlyMemory<float>> VectorOfAsync(
        VectorDatabase database, CollectionName collection, PointId id, CancellationToken cancellation)
    {
        var found = await database.GetAsync(collection, [id], PointFields.Vector, asOf: null, cancellation).ConfigureAwait(false);
        return found.Count == 1
            ? found[0].Vector!.Value
            : throw new InvalidDataException($"Expected a point with id {id} in collection '{collection}', found none.");
    }

    private static ReadOnlyMemory<float> Numbers(string text) => text.Split(',').Select((part, i) =>
        float.TryParse(part, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"Expected numbers with commas between them, found '{part}' as number {i}.")).ToArray();

    private static List<ReadOnlyMemory<float>> VectorsOf(string path)
    {
        using var source = PointFiles.Open(path, firstId: 0);
        var vectors = new List<ReadOnlyMemory<float>>();
        while (vectors.Count <= ModelLimits.QueriesPerBatchMax && source.TryRead(out var point))
        {
            vectors.Add(point!.Vector);
        }

        return vectors;
    }

    private static void Print(IReadOnlyList<IReadOnlyList<ScoredPoint>> answers, bool asJson)
    {
        for (var query = 0; query < answers.Count; query++)
        {
            if (asJson)
            {
                PrintLines(query, answers[query]);
                continue;
            }

            var table = new Table().AddColumns("id", "score", "payload");
            foreach (var hit in answers[query])
            {
                table.AddRow(hit.Id.ToString(), hit.Score.ToString("g6", CultureInfo.InvariantCulture), Markup.Escape(hit.Payload!.ToString()));
            }

            AnsiConsole.Write(answers.Count == 1 ? table : table.Title($"query {query}"));
        }
    }

    private static void PrintLines(int query, IReadOnlyList<ScoredPoint> hits)
    {
        foreach (var hit in hits)
        {
            JsonLine.Print(writer =>
            {
                writer.WriteNumber("query", query);
                writer.WritePropertyName("id");
                writer.WriteRawValue(hit.Id.IsUuid ? $"\"{hit.Id}\"" : hit.Id.ToString());
                writer.WriteNumber("score", hit.Score);
                writer.WritePropertyName("payload");
                writer.WriteRawValue(hit.Payload!.Utf8.Span, skipInputValidation: true);
            });
        }
    }
}
