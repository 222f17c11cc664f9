using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>Writes that ask the state, pins, and reads of the past, through the front door, over checkpoints, compaction and reopening.</summary>
public sealed class OperationTests : IAsyncLifetime
{
    private static readonly CollectionSchema Schema = new(CollectionName.Parse("things"), 4, Distance.Dot, 2);

    private readonly SimulatedFileSystem _disk = new(9);
    private VectorDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await SimulatedDatabase.OpenAsync(_disk);
        await _database.CreateCollectionAsync(Schema);
        await _database.UpsertAsync(Schema.Name, [.. Enumerable.Range(0, 100).Select(n => Thing(n))]);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task An_upsert_if_absent_leaves_what_is_there()
    {
        var receipt = await _database.UpsertAsync(Schema.Name, [Thing(5, "new"), Thing(500, "new")], new IfAbsent());
        Assert.Equal((1L, 1L), (receipt.Changed, receipt.Refused));
        Assert.Equal(["old", "new"], await StatesAsync(5, 500));
    }

    [Fact]
    public async Task An_upsert_with_a_version_is_written_if_nobody_was_faster()
    {
        var seen = (await _database.GetAsync(Schema.Name, [Id(5)]))[0].Version;
        var first = await _database.UpsertAsync(Schema.Name, [Thing(5, "mine")], new IfVersion([seen]));
        var second = await _database.UpsertAsync(Schema.Name, [Thing(5, "late"), Thing(600, "new")], new IfVersion([seen, 0]));
        Assert.Equal((1L, 0L, 1L, 1L), (first.Changed, first.Refused, second.Changed, second.Refused));
        await ReopenAsync();
        Assert.Equal(["mine", "new"], await StatesAsync(5, 600));
    }

    [Fact]
    public async Task Payloads_change_by_ids_and_by_filter_and_vectors_stay()
    {
        await _database.ChangePayloadAsync(Schema.Name, new SetPayload(new PointsById([Id(1), Id(2), Id(900)]), Payload.Parse("{\"state\":\"set\",\"more\":[1]}")));
        await _database.ChangePayloadAsync(Schema.Name, new OverwritePayload(new PointsById([Id(3)]), Payload.Parse("{\"only\":true}")));
        await _database.ChangePayloadAsync(Schema.Name, new ClearPayload(new PointsById([Id(4)])));
        var receipt = await _database.ChangePayloadAsync(
            Schema.Name, new DeletePayloadKeys(new PointsMatching(NumberUpTo(2)), [PayloadPath.Parse("number")]));
        Assert.Equal(3, receipt.Changed);
        await ReopenAsync();
        var points = await _database.GetAsync(Schema.Name, [.. Enumerable.Range(0, 5).Select(n => Id(n))], PointFields.All);
        Assert.Equal(
            ["{\"state\":\"old\"}", "{\"state\":\"set\",\"more\":[1]}", "{\"state\":\"set\",\"more\":[1]}", "{\"only\":true}", "{}"],
            points.Select(point => point.Payload!.ToString()));
        Assert.Equal([0f, 1f, 2f, 3f, 4f], points.Select(point => point.Vector!.Value.Span[0]));
    }

    [Fact]
    public async Task Points_are_deleted_by_a_filter_that_is_asked_when_the_write_is_applied()
    {
        var receipt = await _database.DeleteAsync(Schema.Name, NumberUpTo(49));
        Assert.Equal(50, receipt.Changed);
        await ReopenAsync();
        Assert.Equal(50, await _database.CountAsync(Schema.Name));
        Assert.Empty(await _database.GetAsync(Schema.Name, [Id(49)]));
    }

    [Fact]
    public async Task A_pinned_moment_stays_readable_over_compaction_and_reopening_until_it_is_released()
    {
        var before = PinName.Parse("before");
        await _database.PinAsync(Schema.Name, before);
        await _database.UpsertAsync(Schema.Name, [.. Enumerable.Range(0, 50).Select(n => Thing(n, "replaced"))]);
        await _database.DeleteAsync(Schema.Name, [.. Enumerable.Range(50, 50).Select(n => Id(n))]);
        for (var round = 0; round < 2; round++)
        {
            await _database.CompactAsync(Schema.Name);
            await AssertPastAsync(new AsOfPin(before));
            Assert.Equal(50, await _database.CountAsync(Schema.Name));
            await ReopenAsync();
            Assert.Equal([before], await _database.ListPinsAsync(Schema.Name));
        }

        var held = _database.HealthOf(Schema.Name).Sum(shard => shard.Statistics!.DeadRows);
        Assert.Equal(100, held);
        await _database.ReleasePinAsync(Schema.Name, before);
        await _database.CompactAsync(Schema.Name);
        Assert.Equal(0, _database.HealthOf(Schema.Name).Sum(shard => shard.Statistics!.DeadRows));
        await Assert.ThrowsAsync<InvalidRequestException>(() => _database.CountAsync(Schema.Name, asOf: new AsOfPin(before)));
    }

    [Fact]
    public async Task The_positions_of_a_write_can_be_read_until_their_rows_were_compacted()
    {
        var receipt = await _database.UpsertAsync(Schema.Name, [.. Enumerable.Range(0, 100).Select(n => Thing(n))]);
        await _database.UpsertAsync(Schema.Name, [.. Enumerable.Range(0, 100).Select(n => Thing(n, "replaced"))]);
        await AssertPastAsync(new AsOfPositions(receipt.Positions));
        await _database.CompactAsync(Schema.Name);
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _database.CountAsync(Schema.Name, asOf: new AsOfPositions(receipt.Positions)));
        Assert.Contains("a pinned index, or one from", error.Message, StringComparison.Ordinal);
    }

    private async Task AssertPastAsync(AsOf asOf)
    {
        Assert.Equal(100, await _database.CountAsync(Schema.Name, asOf: asOf));
        var page = await _database.ScrollAsync(Schema.Name, new ScrollRequest { Limit = 200 }, asOf);
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"{{\"state\":\"old\",\"number\":{n}}}"), page.Points.Select(point => point.Payload!.ToString()));
        var found = await _database.SearchAsync(Schema.Name, new SearchRequest { Vector = new float[] { 1, 0, 0, 0 }, Limit = 3 }, asOf);
        Assert.Equal([Id(99), Id(98), Id(97)], found.Select(point => point.Id));
        Assert.Single(await _database.GetAsync(Schema.Name, [Id(70)], asOf: asOf));
    }

    private async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        _database = await SimulatedDatabase.OpenAsync(_disk);
    }

    private async Task<string[]> StatesAsync(params int[] numbers)
    {
        var points = await _database.GetAsync(Schema.Name, [.. numbers.Select(Id)]);
        return [.. points.Select(point => point.Payload!.ToString().Split('"')[3])];
    }

    private static Filter NumberUpTo(int number) =>
        new() { Must = [new FieldCondition(PayloadPath.Parse("number"), new NumberRange(new Bounds<Number> { AtMost = number }))] };

    private static PointId Id(int number) => PointId.FromNumber((ulong)number);

    private static Point Thing(int number, string state = "old") =>
        new(Id(number), new float[] { number, 1, 0, 0 }, Payload.Parse($"{{\"state\":\"{state}\",\"number\":{number}}}"));
}
