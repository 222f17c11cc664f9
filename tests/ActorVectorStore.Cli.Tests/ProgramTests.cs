using System.Text.Json;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Cli.Tests;

/// <summary>The program as a user meets it: real processes, real files.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("avs-cli-").FullName;

    private string Store => Path.Combine(_directory, "store");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string FileOf(string name, byte[] bytes)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Fact]
    public async Task What_is_imported_is_found_listed_verified_and_exported()
    {
        var rows = Enumerable.Range(0, 500).Select(row => new[] { MathF.Cos(row), MathF.Sin(row), row % 7 }).ToArray();
        var labels = FileOf("labels.txt", PointBytes.JsonLines([.. Enumerable.Range(0, 500).Select(row => $"point {row}")]));
        var import = await Avs.RunAsync([], "import", FileOf("shapes.fvecs", PointBytes.Fvecs(rows)), "--dir", Store, "--distance", "Euclid", "--batch", "64", "--labels", labels);
        Assert.True(import.ExitCode == 0, import.Errors);
        Assert.Contains("500 points of 3 dimensions are durable in 'shapes'", import.Output, StringComparison.Ordinal);

        var search = await Avs.RunAsync([], "search", Store, "shapes", "--vector", string.Join(',', rows[42]), "--limit", "3", "--json");
        var best = JsonDocument.Parse(search.Output.Split('\n')[0]).RootElement;
        Assert.Equal(42, best.GetProperty("id").GetInt32());
        Assert.Equal(0, best.GetProperty("score").GetSingle());
        Assert.Equal("point 42", best.GetProperty("payload").GetProperty("label").GetString());
        Assert.Equal(3, search.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var many = await Avs.RunAsync([], "search", Store, "shapes", "--vector-file", FileOf("queries.fvecs", PointBytes.Fvecs(rows[7], rows[8])), "--limit", "1", "--json");
        Assert.Equal([7, 8], many.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt32()));
        Assert.Contains("shapes", (await Avs.RunAsync([], "info", Store)).Output, StringComparison.Ordinal);
        Assert.Contains("being written", (await Avs.RunAsync([], "wal", "inspect", Store)).Output, StringComparison.Ordinal);

        var verify = await Avs.RunAsync([], "wal", "verify", Store);
        Assert.Equal(0, verify.ExitCode);
        Assert.Contains("0 problems", verify.Output, StringComparison.Ordinal);
        var export = await Avs.RunAsync([], "wal", "export", Store);
        var lines = export.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(Enumerable.Range(1, lines.Length), lines.Select(line => line.GetProperty("ordinal").GetInt32()));
        Assert.Equal("catalog", lines[0].GetProperty("persistenceId").GetString());
    }

    [Fact]
    public async Task A_search_by_points_leaves_them_out_and_groups_by_a_field()
    {
        string[] points = [.. Enumerable.Range(0, 30).Select(n => $$"""{"id":{{n}},"vector":[{{n}},1],"payload":{"n":{{n / 10}},"kind":"k{{n % 3}}"} }""")];
        var import = await Avs.RunAsync([], "import", FileOf("p.jsonl", PointBytes.JsonLines(points)), "--dir", Store, "--distance", "Euclid");
        Assert.True(import.ExitCode == 0, import.Errors);
        async Task<JsonElement[]> SearchAsync(params string[] options)
        {
            var run = await Avs.RunAsync([], ["search", Store, "p", "--json", .. options]);
            Assert.True(run.ExitCode == 0, run.Errors);
            return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        }

        static int IdOf(JsonElement line) => line.GetProperty("id").GetInt32();
        Assert.Equal([9, 11], (await SearchAsync("--id", "10", "--limit", "2")).Select(IdOf));
        Assert.Equal([11, 13], (await SearchAsync("--id", "10", "--id", "14", "--id", "12", "--limit", "2")).Select(IdOf));
        Assert.Equal([29, 28], (await SearchAsync("--id", "20", "--not", "10", "--limit", "2")).Select(IdOf));
        Assert.Equal([0, 1], (await SearchAsync("--not", "10", "--strategy", "SumScores", "--limit", "30")).Select(IdOf).Where(id => id < 2).Order());
        var groups = await SearchAsync("--id", "10", "--group-by", "kind", "--group-size", "1", "--limit", "2");
        Assert.Equal([("k0", 9), ("k2", 11)], groups.Select(line => (line.GetProperty("group").GetString(), IdOf(line))));
        Assert.Equal([0, 1], (await SearchAsync("--id", "10", "--group-by", "n", "--group-size", "1", "--limit", "2")).Select(line => line.GetProperty("group").GetInt32()));

        var table = await Avs.RunAsync([], "search", Store, "p", "--id", "10", "--group-by", "kind");
        Assert.Contains("group", table.Output, StringComparison.Ordinal);
        var missing = await Avs.RunAsync([], "search", Store, "p", "--id", "77");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("point 77, which does not exist", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("Expected one of", (await Avs.RunAsync([], "search", Store, "p", "--id", "1", "--vector", "1,2")).Errors, StringComparison.Ordinal);
        Assert.Contains("'sound'", (await Avs.RunAsync([], "search", Store, "p", "--id", "1", "--using", "sound")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_meets_a_bad_line_says_which_and_how_much_was_written()
    {
        string[] lines = [.. Enumerable.Range(0, 10).Select(id => PointBytes.JsonLine((ulong)id, [id, 1])), """{"id":10,"vector":[1]}"""];
        var import = await Avs.RunAsync([], "import", FileOf("p.jsonl", PointBytes.JsonLines(lines)), "--dir", Store, "--batch", "5");
        Assert.Equal(1, import.ExitCode);
        Assert.Contains("10 points were written before the import ended", import.Errors, StringComparison.Ordinal);
        Assert.Contains("Line 11: Expected 2 components, as in the first point, found 1", import.Errors, StringComparison.Ordinal);

        var again = await Avs.RunAsync([], "import", FileOf("q.fvecs", PointBytes.Fvecs([1, 2, 3])), "--dir", Store, "--collection", "p");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("Expected vectors as collection 'p' has them (2 dimensions, Cosine distance), found 3 components and no names in the file.", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_a_store_that_is_not_there_is_an_error_and_makes_nothing()
    {
        string[][] commands =
        [
            ["info", Store], ["search", Store, "words", "--id", "1"], ["wal", "inspect", Store], ["wal", "verify", Store], ["wal", "export", Store],
        ];
        foreach (var command in commands)
        {
            var run = await Avs.RunAsync([], command);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("Expected the directory of a store, found none", run.Errors, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Store));
    }

    [Fact]
    public async Task The_demo_never_touches_a_directory_that_holds_something()
    {
        var file = FileOf("precious", [1]);
        var demo = await Avs.RunAsync([], "demo", "--dir", _directory);
        Assert.Equal(1, demo.ExitCode);
        Assert.Contains("Expected a missing or an empty directory", demo.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Damage_is_told_with_file_and_offset_and_has_an_exit_code_of_its_own()
    {
        var import = await Avs.RunAsync([], "import", FileOf("p.fvecs", PointBytes.Fvecs([1, 2], [3, 4])), "--dir", Store);
        Assert.True(import.ExitCode == 0, import.Errors);
        var segment = Directory.GetFiles(Store, "*.wal").Order().First();
        using (var file = File.OpenHandle(segment, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.Write(file, "x"u8, 100);
        }

        foreach (var command in new string[][] { ["wal", "verify", Store], ["info", Store] })
        {
            var run = await Avs.RunAsync([], command);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(segment, run.Errors, StringComparison.Ordinal);
            Assert.Contains("64", run.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_that_a_process_has_open_names_its_owner()
    {
        await using var database = await VectorDatabase.OpenAsync(Store);
        var run = await Avs.RunAsync([], "wal", "verify", Store);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), run.Errors, StringComparison.Ordinal);
    }
}
