using System.IO.Compression;
using ActorVectorStore.Model;

namespace ActorVectorStore.Tests;

/// <summary>
/// A database that the program of step 1 wrote (its commit 3c10d19), which kept all points in snapshots. 300 points were written one version, every fifth of the first 300 a
/// second time, and every seventh of the first 294 deleted, with a snapshot for every 4 KiB of events.
/// </summary>
public sealed class UpgradeTests : IDisposable
{
    private static readonly CollectionName Name = CollectionName.Parse("written by step 1");

    private readonly string _directory = Directory.CreateTempSubdirectory("avs-upgrade-").FullName;

    public UpgradeTests() => ZipFile.ExtractToDirectory(Path.Combine(AppContext.BaseDirectory, "testdata", "store-of-step-1.zip"), _directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_database_of_step_1_is_read_written_checkpointed_and_read_again()
    {
        var expected = Enumerable.Range(0, 300).Where(n => n % 7 != 0 || n >= 294).Select(n => PointOf(n, n % 5 == 0 ? 2 : 1)).ToDictionary(point => point.Id);
        await using (var database = await VectorDatabase.OpenAsync(_directory))
        {
            await AssertHeldAsync(database, expected);
            await database.DeleteAsync(Name, [PointOf(1, 0).Id]);
            expected.Remove(PointOf(1, 0).Id);
            await database.CompactAsync(Name);
            await AssertHeldAsync(database, expected);
        }

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_directory, VectorDatabase.ShardsFolder), "*.seg", SearchOption.AllDirectories));
        await using var again = await VectorDatabase.OpenAsync(_directory);
        await AssertHeldAsync(again, expected);
    }

    private static async Task AssertHeldAsync(VectorDatabase database, Dictionary<PointId, Point> expected)
    {
        var page = await database.ScrollAsync(Name, new ScrollRequest { Limit = 1_000, Fields = PointFields.All });
        Assert.Equal(expected.Values.OrderBy(point => point.Id), page.Points.Select(record => new Point(record.Id, record.Vector!.Value, record.Payload)));
        var nearest = await database.SearchAsync(Name, new SearchRequest { Vector = new float[] { 250, 2, -0.5f, 3.1415927f }, Limit = 1 });
        Assert.Equal((PointOf(250, 2).Id, 0f), (nearest[0].Id, nearest[0].Score));
    }

    private static Point PointOf(int n, int version) => new(
        n % 3 == 0 ? PointId.FromUuid(new Guid(n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)) : PointId.FromNumber((ulong)n),
        new[] { n, version, -0.5f, 3.1415927f },
        n % 4 == 0 ? null : Payload.Parse($"{{\"n\":{n},\"version\":{version}}}"));
}
