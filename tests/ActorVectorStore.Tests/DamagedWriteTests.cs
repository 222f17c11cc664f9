using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Tests;

/// <summary>Writes that need what is damaged on disk: they fail before they are logged, where they would keep the shard from ever going on.</summary>
public sealed class DamagedWriteTests
{
    private static readonly CollectionName Name = Measured.Schema.Name;

    [Theory]
    [InlineData("PayloadBlocks")]
    [InlineData("Vectors")]
    public async Task A_change_that_needs_a_damaged_block_fails_alone_and_the_shard_goes_on_also_when_it_is_opened_again(string section)
    {
        var directory = $"/data/{section}";
        var disk = await DamagedStore.MakeAsync(directory, section);
        var all = new PointsById([.. Enumerable.Range(0, DamagedStore.Points).Select(n => PointId.FromNumber((ulong)n))]);
        for (var round = 0; round < 2; round++)
        {
            await using var database = await VectorDatabase.OpenAsync(directory, Measured.Options, disk);
            await Assert.ThrowsAsync<CorruptionException>(() => database.ChangePayloadAsync(Name, new SetPayload(all, Payload.Parse("""{"seen":true}"""))));
            await Assert.ThrowsAsync<CorruptionException>(() => database.ChangePayloadAsync(Name, new ClearPayload(new PointsMatching(new Filter()))));
            await database.UpsertAsync(Name, [Measured.PointOf(500 + round)]);
            Assert.Equal(DamagedStore.Points + 1 + round, await database.CountAsync(Name));
            Assert.Equal(Measured.PointOf(500).Payload, (await database.GetAsync(Name, [PointId.FromNumber(500)]))[0].Payload);
        }
    }

    [Fact]
    public async Task A_condition_and_a_deletion_that_read_a_damaged_payload_fail_alone()
    {
        const string Directory = "/data/conditions";
        var disk = await DamagedStore.MakeAsync(Directory, "PayloadBlocks");
        var unindexed = Filter.AllOf(Filter.Field("text").Is("nothing"));
        await using var database = await VectorDatabase.OpenAsync(Directory, Measured.Options, disk);
        await Assert.ThrowsAsync<CorruptionException>(() => database.DeleteAsync(Name, unindexed));
        await Assert.ThrowsAsync<CorruptionException>(() =>
            database.UpsertAsync(Name, [.. Enumerable.Range(0, DamagedStore.Points).Select(Measured.PointOf)], new IfMatches(unindexed)));
        var receipt = await database.UpsertAsync(Name, [Measured.PointOf(0), Measured.PointOf(500)], new IfAbsent());
        Assert.Equal((1L, 1L), (receipt.Changed, receipt.Refused));
    }

    [Fact]
    public async Task Writes_that_look_for_damaged_ids_fail_and_others_go_on()
    {
        const string Directory = "/data/ids";
        var disk = await DamagedStore.MakeAsync(Directory, "NumberIds");
        for (var round = 0; round < 2; round++)
        {
            await using var database = await VectorDatabase.OpenAsync(Directory, Measured.Options, disk);
            await Assert.ThrowsAsync<CorruptionException>(() => database.UpsertAsync(Name, [Measured.PointOf(50)]));
            await Assert.ThrowsAsync<CorruptionException>(() => database.DeleteAsync(Name, [PointId.FromNumber(50)]));
            Assert.Equal(DamagedStore.Points, await database.CountAsync(Name));
        }
    }
}
