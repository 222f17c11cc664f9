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
    public void The_version_of_an_event_is_the_lowest_that_knows_its_operations()
    {
        Gens.OldOperation.Array[1, 4].Sample(operations => Assert.Equal(1, VersionOf(OperationCodec.Encode(operations))));
        Gen.Select(Gens.OldOperation.Array[0, 3], Gens.NewOperation).Sample((old, newer) =>
            Assert.Equal(2, VersionOf(OperationCodec.Encode([.. old, newer]))));
        Gen.Select(Gens.NewOperation.Array[0, 3], Gens.NewestOperation).Sample((old, newest) =>
            Assert.Equal(3, VersionOf(OperationCodec.Encode([.. old, newest]))));
    }

    [Fact]
    public void Events_of_both_versions_join_to_one_of_the_higher()
    {
        ShardOperation[] old = [new DeletePoints([PointId.FromNumber(1)])];
        ShardOperation[] newer = [new PinIndex(PinName.Parse("n"))];
        Assert.Equal(1, Joined(old, old));
        Assert.Equal(2, Joined(old, newer));
        Assert.Equal(2, Joined(newer, old));

        static int Joined(ShardOperation[] first, ShardOperation[] second)
        {
            var joined = OperationCodec.Join([OperationCodec.Encode(first), OperationCodec.Encode(second)]);
            Operations.AssertEqual([.. first, .. second], OperationCodec.Decode(joined));
            return VersionOf(joined);
        }
    }

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
    public void An_operation_is_never_empty_and_no_vector_too_long()
    {
        Assert.Throws<InvalidRequestException>(() => new UpsertPoints([]));
        Assert.Throws<InvalidRequestException>(() => new DeletePoints([]));
        Assert.Throws<InvalidRequestException>(() => new UpdateVectors([]));
        Assert.Throws<InvalidRequestException>(() => new UpdateVectors([new VectorUpdate(default, NamedVectors.Empty)]));
        Assert.Throws<InvalidRequestException>(() => new DeleteVectors(new PointsById([default]), []));
        var error = Assert.Throws<InvalidRequestException>(() => new UpsertPoints([new Point(default, new float[1]), new Point(default, new float[ModelLimits.DimensionMax + 1])]));
        Assert.Equal(("points[1].vector", "at most 65536 components", "65537"), (error.Subject, error.Expected, error.Found));
    }

    [Fact]
    public void Parts_of_an_operation_that_cannot_be_meant_are_refused()
    {
        var points = new[] { new Point(default, new float[2]), new Point(default, new float[2]) };
        Refused(() => new ConditionalUpsert([], new IfAbsent()), "points", "1 to 65536", "an empty list");
        Refused(() => new ConditionalUpsert(points, new IfVersion([1])), "versions", "2, one for each point", "1");
        Refused(() => new IfVersion([]), "versions", "1 to 65536", "an empty list");
        Refused(() => new IfVersion([0, -1]), "versions[1]", "at least 0", "-1");
        Refused(() => new PointsById([]), "ids", "1 to 65536", "an empty list");
        Refused(() => new PointsById(new PointId[ModelLimits.IdsPerRequestMax + 1]), "ids", "1 to 65536", "65537");
        var all = new PointsMatching(new Filter());
        Refused(() => new DeletePayloadKeys(all, []), "keys", "1 to 1024", "an empty list");
        var path = PayloadPath.Parse("a");
        Refused(() => new DeletePayloadKeys(all, [.. Enumerable.Repeat(path, ModelLimits.PathsPerRequestMax + 1)]), "keys", "1 to 1024", "1025");
        Refused(() => new DeletePayloadKeys(all, [path, null!]), "keys[1]", "a value", "null");
        Assert.Throws<ArgumentNullException>(() => new IfMatches(null!));
        Assert.Throws<ArgumentNullException>(() => new PointsMatching(null!));
    }

    [Fact]
    public void Selections_and_write_conditions_are_equal_if_they_say_the_same()
    {
        Assert.Equal(new IfVersion([1, 2]), new IfVersion([1, 2]));
        Assert.NotEqual(new IfVersion([1, 2]), new IfVersion([1, 3]));
        Assert.Equal(new PointsById([default]), new PointsById([default]));
        Assert.NotEqual(new IfMatches(new Filter()), new IfMatches(new Filter()) { InsertsAbsent = false });
    }

    private static int VersionOf(byte[] bytes) => bytes[4];

    private static void Refused(Func<object> make, string subject, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(make);
        Assert.Equal((subject, expected, found), (error.Subject, error.Expected, error.Found));
    }
}
