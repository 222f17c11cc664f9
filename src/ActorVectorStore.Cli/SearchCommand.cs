using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorVectorStore.Cli.Import;
using ActorVectorStore.Model;
using Spectre.Console;

namespace ActorVectorStore.Cli;

/// <summary><c>avs search</c>: the points closest to a vector, which is given, is that of a stored point, or stands in a file; or most like some points and least like others.</summary>
internal static class SearchCommand
{
    private const int GroupSizeDefault = 3;

    public static Command Create()
    {
        var directory = StoreDirectory.Argument();
        var collection = new Argument<string>("collection") { Description = "The collection's name." };
        var ids = new Option<string[]>("--id") { Description = "Search by the vector of this point, which is left out; several times: for what is like all of these." };
        var others = new Option<string[]>("--not") { Description = "Search for what is not like this point; may be given several times." };
        var strategy = new Option<RecommendStrategy>("--strategy") { Description = "How one score is made of several points." };
        var vector = new Option<string?>("--vector") { Description = "Search by this vector: numbers with commas between them." };
        var file = new Option<string?>("--vector-file") { Description = $"Search by each vector of this file ({PointFiles.Endings}), at most {ModelLimits.QueriesPerBatchMax}." };
        var name = new Option<string>("--using") { Description = "Name of the vector that is compared.", DefaultValueFactory = _ => "" };
        var groupBy = new Option<string?>("--group-by") { Description = "Group the results by the values of this field of the payload." };
        var groupSize = new Option<int>("--group-size") { Description = "Results wanted of each group.", DefaultValueFactory = _ => GroupSizeDefault };
        var limit = new Option<int>("--limit") { Description = "Results, or groups, wanted.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a result, a line each." };
        var command = new Command("search", "Prints the points closest to a vector, or most like some points.")
        {
            directory, collection, ids, others, strategy, vector, file, name, groupBy, groupSize, limit, json,
        };
        command.Validators.Add(result =>
        {
            var isByPoints = result.GetResult(ids) is not null || result.GetResult(others) is not null;
            if ((isByPoints ? 1 : 0) + new Option[] { vector, file }.Count(option => result.GetResult(option) is not null) != 1)
            {
                result.AddError("Expected one of --id (or --not), --vector and --vector-file.");
            }
        });
        command.SetAction((parsed, cancellation) => Failures.ToExitCodeAsync(async () =>
        {
            var path = StoreDirectory.Existing(parsed.GetRequiredValue(directory));
            var found = CollectionName.Parse(parsed.GetRequiredValue(collection));
            var database = await VectorDatabase.OpenAsync(path, cancellationToken: cancellation).ConfigureAwait(false);
            await using var closing = database.ConfigureAwait(false);
            List<PointQuery> queries = parsed.GetValue(vector) is { } text ? [Nearest(Numbers(text))]
                : parsed.GetValue(file) is { } vectors ? VectorsOf(vectors).ConvertAll(Nearest)
                : [ByPoints(parsed.GetValue(ids) ?? [], parsed.GetValue(others) ?? [], parsed.GetValue(strategy))];
            var request = new QueryRequest { Query = queries[0], Using = parsed.GetRequiredValue(name), Limit = parsed.GetValue(limit) };
            var answers = parsed.GetValue(groupBy) is { } field
                ? await GroupAsync(database, found, GroupsOf(request, PayloadPath.Parse(field), parsed.GetValue(groupSize)), queries, cancellation).ConfigureAwait(false)
                : await SearchAsync(database, found, request, queries, cancellation).ConfigureAwait(false);
            Print(answers, parsed.GetValue(json));
            return 0;
        }));
        return command;
    }

    private static async Task<List<(FacetValue? Group, ScoredPoint Hit)[]>> SearchAsync(
        VectorDatabase database, CollectionName collection, QueryRequest request, List<PointQuery> queries, CancellationToken cancellation)
    {
        var answers = await database.QueryBatchAsync(collection, queries.ConvertAll(query => request with { Query = query }), asOf: null, cancellation).ConfigureAwait(false);
        return [.. answers.Select(hits => hits.Select(hit => ((FacetValue?)null, hit)).ToArray())];
    }

    private static async Task<List<(FacetValue? Group, ScoredPoint Hit)[]>> GroupAsync(
        VectorDatabase database, CollectionName collection, QueryGroupsRequest request, List<PointQuery> queries, CancellationToken cancellation)
    {
        var answers = new List<(FacetValue?, ScoredPoint)[]>();
        foreach (var query in queries)
        {
            var groups = await database.QueryGroupsAsync(collection, request with { Query = query }, asOf: null, cancellation).ConfigureAwait(false);
            answers.Add([.. groups.SelectMany(group => group.Hits.Select(hit => ((FacetValue?)group.Value, hit)))]);
        }

        return answers;
    }

    private static QueryGroupsRequest GroupsOf(QueryRequest request, PayloadPath field, int size) =>
        new() { Query = request.Query, Using = request.Using, Limit = request.Limit, GroupBy = field, GroupSize = size };

    private static PointQuery Nearest(ReadOnlyMemory<float> vector) => new NearestQuery(VectorInput.Of(vector));

    private static PointQuery ByPoints(string[] like, string[] unlike, RecommendStrategy strategy)
    {
        VectorInput[] positives = [.. like.Select(id => VectorInput.Of(PointId.Parse(id)))];
        VectorInput[] negatives = [.. unlike.Select(id => VectorInput.Of(PointId.Parse(id)))];
        return positives.Length == 1 && negatives.Length == 0 && strategy == RecommendStrategy.AverageVector
            ? new NearestQuery(positives[0])
            : new RecommendQuery(positives, negatives, strategy);
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

        return vectors.Count > 0 ? vectors : throw new InvalidDataException($"Expected vectors in '{path}', found none.");
    }

    private static void Print(List<(FacetValue? Group, ScoredPoint Hit)[]> answers, bool asJson)
    {
        for (var query = 0; query < answers.Count; query++)
        {
            if (asJson)
            {
                PrintLines(query, answers[query]);
                continue;
            }

            var isGrouped = answers[query].Any(hit => hit.Group is not null);
            var table = new Table().AddColumns([.. isGrouped ? ["group"] : Array.Empty<string>(), "id", "score", "payload"]);
            foreach (var (group, hit) in answers[query])
            {
                string[] cells = [hit.Id.ToString(), hit.Score.ToString("g6", CultureInfo.InvariantCulture), Markup.Escape(hit.Payload!.ToString())];
                table.AddRow([.. isGrouped ? [Markup.Escape(TextOf(group!))] : Array.Empty<string>(), .. cells]);
            }

            AnsiConsole.Write(answers.Count == 1 ? table : table.Title($"query {query}"));
        }
    }

    private static string TextOf(FacetValue group) => group is FacetInteger integer ? integer.Value.ToString(CultureInfo.InvariantCulture) : ((FacetText)group).Value;

    private static void PrintLines(int query, (FacetValue? Group, ScoredPoint Hit)[] hits)
    {
        foreach (var (group, hit) in hits)
        {
            JsonLine.Print(writer =>
            {
                writer.WriteNumber("query", query);
                WriteGroup(writer, group);
                writer.WritePropertyName("id");
                writer.WriteRawValue(hit.Id.IsUuid ? $"\"{hit.Id}\"" : hit.Id.ToString());
                writer.WriteNumber("score", hit.Score);
                writer.WritePropertyName("payload");
                writer.WriteRawValue(hit.Payload!.Utf8.Span, skipInputValidation: true);
            });
        }
    }

    private static void WriteGroup(Utf8JsonWriter writer, FacetValue? group)
    {
        if (group is FacetInteger integer)
        {
            writer.WriteNumber("group", integer.Value);
        }
        else if (group is FacetText text)
        {
            writer.WriteString("group", text.Value);
        }
    }
}
