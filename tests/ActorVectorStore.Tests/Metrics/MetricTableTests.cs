using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>The table of metrics in the room's README is what a database has.</summary>
public sealed class MetricTableTests
{
    private const string Directory = "/data/table";

    [Fact]
    public async Task The_README_lists_every_instrument_with_kind_unit_and_description_and_no_other()
    {
        using var recording = new MeterRecording(Directory);
        await using var database = await Measured.CreateAsync(new SimulatedFileSystem(1), Directory);
        var instruments = recording.Instruments.OrderBy(instrument => instrument.Name, StringComparer.Ordinal).Select(
            instrument => $"| `{instrument.Name}` | {KindOf(instrument)} | `{instrument.Unit}` | {instrument.Description} |");
        Assert.Equal(Lines(instruments), Lines(Rows().Select(row => string.Join('|', row.Split('|')[..5]) + "|")));
    }

    [Fact]
    public async Task The_README_names_every_tag_of_a_measurement()
    {
        using var recording = new MeterRecording(Directory);
        await using var database = await Measured.CreateAsync(new SimulatedFileSystem(2), Directory);
        await Measured.UpsertAsync(database, 0, 100);
        await database.CompactAsync(Measured.Schema.Name);
        foreach (var sample in recording.Collect().Concat(recording.Events))
        {
            var row = Assert.Single(Rows(), row => row.StartsWith($"| `{sample.Name}` |", StringComparison.Ordinal));
            Assert.All(sample.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries), tag => Assert.Contains($"`{tag.Split('=')[0]}`", row.Split('|')[5], StringComparison.Ordinal));
        }
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal) switch
    {
        "Counter" => "counter",
        "UpDownCounter" => "up-down counter",
        "Gauge" => "gauge",
        "Histogram" => "histogram",
        var other => other,
    };

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);

    private static IEnumerable<string> Rows() => File.ReadLines(Readme()).Where(line => line.StartsWith("| `actorvectorstore.", StringComparison.Ordinal));

    private static string Readme([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../src/ActorVectorStore/README.md"));
}
