using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class OperationCodecTests
{
    [Fact]
    public void Operations_survive_the_round_trip() => Gens.Event.Sample(operations =>
    {
        var bytes = OperationCodec.Encode(operations);
        Assert.Equal(OperationCodec.Size(operations), bytes.Length);
        var decoded = OperationCodec.Decode(bytes);
        Operations.AssertEqual(operations, decoded);
        Assert.Equal(bytes, OperationCodec.Encode(decoded));
    });

    [Fact]
    public void Joined_events_are_the_event_of_all_their_operations() => Gens.Event.Array[1, 4].Sample(events =>
        Assert.Equal(
            OperationCodec.Encode([.. events.SelectMany(operations => operations)]),
            OperationCodec.Join([.. events.Select(operations => (ReadOnlyMemory<byte>)OperationCodec.Encode(operations))])));

    [Fact]
    public void The_largest_dimension_survives_the_round_trip()
    {
        var vector = Enumerable.Range(0, ModelLimits.DimensionMax).Select(i => i / 7f).ToArray();
        ShardOperation[] operations = [new UpsertPoints([new Point(PointId.FromNumber(1), vector)])];
        Operations.AssertEqual(operations, OperationCodec.Decode(OperationCodec.Encode(operations)));
    }

    [Fact]
    public void An_event_without_operations_is_refused() =>
        Assert.Equal("an empty list", Assert.Throws<InvalidRequestException>(() => OperationCodec.Encode([])).Found);

    [Fact]
    public void Operations_per_event_are_limited_on_both_sides()
    {
        var delete = new DeletePoints([PointId.FromNumber(1)]);
        var most = Enumerable.Repeat<ShardOperation>(delete, ModelLimits.OperationsPerEventMax).ToArray();
        Assert.Equal(most.Length, OperationCodec.Decode(OperationCodec.Encode(most)).Count);
        Assert.Throws<InvalidRequestException>(() => OperationCodec.Encode([.. most, delete]));
    }

    [Fact]
    public void Bytes_per_event_are_limited_on_both_sides()
    {
        // Eleven points with the largest payload, and a twelfth that fills the event to the last byte.
        var largest = One(ModelLimits.PayloadBytesMax);
        ShardOperation[] eleven = [.. Enumerable.Repeat(largest, 11)];
        var rest = ModelLimits.PayloadBytesMax - (int)(OperationCodec.Size([.. eleven, largest]) - ModelLimits.EventBytesMax);
        var fullest = OperationCodec.Encode([.. eleven, One(rest)]);
        Assert.Equal(ModelLimits.EventBytesMax, fullest.Length);
        Assert.Equal(12, OperationCodec.Decode(fullest).Count);
        var error = Assert.Throws<InvalidRequestException>(() => OperationCodec.Encode([.. eleven, One(rest + 1)]));
        Assert.Equal(
            ($"an event of at most {ModelLimits.EventBytesMax} bytes", $"{ModelLimits.EventBytesMax + 1} bytes"), (error.Expected, error.Found));

        static ShardOperation One(int payloadBytes) => new UpsertPoints(
            [new Point(PointId.FromNumber(1), new float[1], Payload.Parse($"{{\"a\":\"{new string('x', payloadBytes - 8)}\"}}"))]);
    }

    [Fact]
    public void An_operation_is_never_empty_and_never_mixes_dimensions()
    {
        Assert.Throws<InvalidRequestException>(() => new UpsertPoints([]));
        Assert.Throws<InvalidRequestException>(() => new DeletePoints([]));
        Assert.Throws<InvalidRequestException>(() => new UpsertPoints([new Point(default, ReadOnlyMemory<float>.Empty)]));
        Assert.Throws<InvalidRequestException>(() => new UpsertPoints([new Point(default, new float[ModelLimits.DimensionMax + 1])]));
        var error = Assert.Throws<InvalidRequestException>(() =>
            new UpsertPoints([new Point(default, new float[2]), new Point(default, new float[3])]));
        Assert.Equal(("points[1].vector", "2 components, as the first", "3"), (error.Subject, error.Expected, error.Found));
    }
}
