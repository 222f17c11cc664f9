using System.Buffers.Binary;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

/// <summary>
/// The decoder against bytes that no encoder wrote. What it may do: give operations that encode to exactly the same bytes, or throw one of its two
/// typed errors. What it may allocate: a small multiple of the bytes given.
/// </summary>
public sealed class OperationDamageTests
{
    private const int FixedBytesMax = 64 << 10;

    // The smallest condition of a filter has eight bytes and becomes ten small objects and lists.
    private const int BytesPerByteMax = 64;

    [Fact]
    public void Random_bytes_give_typed_errors() => Gen.Byte.Array[0, 400].Sample(DecodeSafely, iter: 5_000);

    [Fact]
    public void Random_bytes_behind_a_valid_header_give_typed_errors() => Gen.Byte[0, 3].Array[1, 200].Sample(
        body =>
        {
            byte[] bytes = [.. Header(16 + body.Length, count: 1), .. body];
            DecodeSafely(bytes);
        },
        iter: 5_000);

    [Fact]
    public void Random_bodies_of_every_kind_give_typed_errors() =>
        Gen.Select(Gen.Byte[1, OperationFormat.NewestKind], Gen.Byte[0, 4].Array[1, 200]).Sample(
            (kind, body) =>
            {
                byte[] bytes = [.. Header(24 + body.Length, count: 1), kind, 0, 0, 0, (byte)body.Length, 0, 0, 0, .. body];
                bytes[4] = (byte)OperationFormat.VersionOf(kind);
                DecodeSafely(bytes);
            },
            iter: 20_000);

    [Fact]
    public void The_smallest_parts_stay_within_the_memory_that_their_bytes_allow()
    {
        var condition = new FieldCondition(PayloadPath.ToKey(""), new IsNull());
        var full = new DeleteMatching(Filter.AllOf([.. Enumerable.Repeat(condition, ModelLimits.FilterConditionsMax - 1)]));
        foreach (var operation in (ShardOperation[])[full, new DeleteMatching(new Filter()), new ReleasePin(PinName.Parse("n")), new ClearPayload(new PointsById([default]))])
            DecodeSafely(OperationCodec.Encode([.. Enumerable.Repeat(operation, operation == full ? 50 : 5_000)]));
        var empty = new NamedVectors([.. Enumerable.Range(0, ModelLimits.VectorsMax).Select(n => new NamedVector($"{n}", new MultiVector(default, 1)))]);
        DecodeSafely(OperationCodec.Encode([new UpsertPoints([.. Enumerable.Repeat(new Point(default, NamedVectors.Empty), 20_000)])]));
        DecodeSafely(OperationCodec.Encode([new UpsertPoints([.. Enumerable.Repeat(new Point(default, empty), 1_000)])]));
        DecodeSafely(OperationCodec.Encode([new UpdateVectors([.. Enumerable.Repeat(new VectorUpdate(default, empty), 1_000)])]));
    }

    [Fact]
    public void Mutated_events_decode_to_what_they_say_or_give_typed_errors() =>
        Gen.Select(Gens.Event, Gen.Select(Gen.UInt, Gen.Byte).Array[1, 4]).Sample(
            (operations, changes) =>
            {
                var bytes = OperationCodec.Encode(operations);
                foreach (var (at, value) in changes)
                    bytes[at % bytes.Length] = value;
                DecodeSafely(bytes);
            },
            iter: 5_000);

    [Fact]
    public void Every_truncation_is_refused() => Gens.Event.Sample(
        operations =>
        {
            var bytes = OperationCodec.Encode(operations);
            for (var length = 0; length < bytes.Length; length++)
            {
                var cut = bytes.AsMemory(0, length).ToArray();
                Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(cut));
                if (length < 12)
                    continue;
                BinaryPrimitives.WriteUInt32LittleEndian(cut.AsSpan(8), (uint)length);
                Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(cut));
            }
        },
        iter: 20);

    [Fact]
    public void Bytes_after_the_last_operation_are_refused() => Gens.Event.Sample(operations =>
    {
        var bytes = OperationCodec.Encode(operations);
        byte[] longer = [.. bytes, 0];
        Assert.Equal(8, Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(longer)).Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(longer.AsSpan(8), (uint)longer.Length);
        Assert.Equal(bytes.Length, Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(longer)).Offset);
    });

    [Theory]
    [InlineData(0, 0x58, 0, "magic")] // another magic number
    [InlineData(4, 0, 4, "version 1 to 3")]
    [InlineData(4, 2, 4, "version 1, the lowest")]
    [InlineData(6, 1, 6, "reserve")]
    [InlineData(8, 1, 8, "length 70")]
    [InlineData(12, 0, 12, "1 to 65536 operations")]
    [InlineData(13, 9, 12, "fit the 54 bytes")]
    [InlineData(14, 9, 12, "1 to 65536 operations")]
    [InlineData(16, 0, 16, "operation kind from 1 to 2")]
    [InlineData(16, 3, 16, "operation kind from 1 to 2 and 0 in the reserve, in an event of version 1")]
    [InlineData(16, 12, 16, "operation kind from 1 to 2")]
    [InlineData(17, 1, 16, "reserve")]
    [InlineData(20, 47, 20, "at most the 46 bytes")]
    [InlineData(20, 45, 70, "end at 69")]
    [InlineData(24, 0, 24, "1 to 65536 points")]
    [InlineData(24, 4, 24, "fit the 42 bytes")]
    [InlineData(28, 0, 28, "dimension from 1 to 65536")]
    [InlineData(30, 2, 28, "dimension from 1 to 65536")]
    [InlineData(29, 1, 32, "258 components")]
    [InlineData(40, 3, 40, "id kind 1 or 2")]
    [InlineData(49, 30, 49, "at most the 17 bytes")]
    [InlineData(53, 0x5B, 49, "JSON object")]
    public void A_damaged_field_is_named_with_offset_and_expectation(int at, byte value, int offset, string expected)
    {
        // header 16, operation header 8, count and dimension 8, two components, number id 9, payload length 4, payload 17
        var bytes = OperationCodec.Encode(
            [new UpsertPoints([new Point(PointId.FromNumber(7), new float[] { 1, 2 }, Payload.Parse("{\"city\":\"Berlin\"}"))])]);
        Assert.Equal(70, bytes.Length);
        bytes[at] = value;
        var error = Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(bytes));
        Assert.Equal(offset, error.Offset);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_component_that_is_not_finite_is_damage()
    {
        var bytes = OperationCodec.Encode([new UpsertPoints([new Point(default, new float[] { 1, 2 })])]);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(36), float.NaN);
        var error = Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(bytes));
        Assert.Equal((36, "a finite component", "NaN"), (error.Offset, error.Expected, error.Found));
    }

    [Theory]
    [InlineData(4, 4, "format version")]
    [InlineData(5, 1, "format version")]
    [InlineData(16, 17, "operation kind")]
    public void What_a_newer_program_wrote_is_refused_as_such(int at, byte value, string subject)
    {
        var bytes = OperationCodec.Encode([new DeletePoints([PointId.FromNumber(7)])]);
        bytes[at] = value;
        var error = Assert.Throws<UnsupportedOperationException>(() => OperationCodec.Decode(bytes));
        Assert.Equal(subject, error.Subject);
        Assert.True(error.Found > error.NewestSupported);
    }

    [Fact]
    public void A_count_that_the_bytes_cannot_hold_allocates_nothing_for_it()
    {
        var bytes = OperationCodec.Encode([new DeletePoints([PointId.FromNumber(7)])]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), 65_536);
        DecodeSafely(bytes);
        bytes = OperationCodec.Encode([new UpsertPoints([new Point(default, new float[1])])]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28), 65_536);
        DecodeSafely(bytes);
    }

    [Fact]
    public void Every_cut_of_what_is_recorded_is_refused()
    {
        var bytes = OperationCodec.Encode(RecordedOperations.OfVersion2());
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(cut));
            if (length < 12)
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(cut.AsSpan(8), (uint)length);
            Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(cut));
        }
    }

    [Fact]
    public void Every_changed_bit_and_byte_of_what_is_recorded_gives_other_operations_or_typed_errors()
    {
        var bytes = OperationCodec.Encode(RecordedOperations.OfVersion2());
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var value in (byte[])[.. Enumerable.Range(0, 8).Select(bit => (byte)(bytes[at] ^ (1 << bit))), 0xff])
            {
                var changed = bytes.ToArray();
                changed[at] = value;
                DecodeSafely(changed);
            }
        }
    }

    [Theory]
    [InlineData(24, 0, 24, "a selection 1 or 2")]
    [InlineData(24, 3, 24, "a selection 1 or 2")]
    [InlineData(25, 0, 25, "1 to 65536 ids")]
    [InlineData(26, 9, 25, "fit the 9 bytes")]
    [InlineData(29, 3, 29, "id kind 1 or 2")]
    public void A_damaged_selection_is_named_with_offset_and_expectation(int at, byte value, int offset, string expected) =>
        Damaged([new ClearPayload(new PointsById([PointId.FromNumber(7)]))], at, value, offset, expected);

    [Theory]
    [InlineData(4, 1, 16, "operation kind from 1 to 2 and 0 in the reserve, in an event of version 1")]
    [InlineData(49, 0, 49, "a condition from 1 to 4")]
    [InlineData(49, 5, 49, "a condition from 1 to 4")]
    [InlineData(50, 1, 50, "0, or 1 if the condition is a filter")]
    [InlineData(51, 1, 51, "0 in the reserve")]
    [InlineData(60, 128, 53, "a version of at least 0")]
    [InlineData(49, 1, 53, "the operation's end at 61")]
    [InlineData(49, 4, 53, "a filter of version 1 to 1")]
    public void A_damaged_write_condition_is_named_with_offset_and_expectation(int at, byte value, int offset, string expected)
    {
        // header 16, operation header 8, count and dimension 8, one component 4, id 9, payload length 4, condition 4, version 8
        ShardOperation[] operations = [new ConditionalUpsert([new Point(default, new float[1])], new IfVersion([0]))];
        Damaged(operations, at, value, offset, expected);
    }

    [Theory]
    [InlineData(24, 0, 24, "a name of 1 to 255 characters")]
    [InlineData(24, 3, 24, "at most the 2 bytes")]
    [InlineData(28, 7, 24, "no control characters")]
    [InlineData(28, 0xff, 24, "well-formed UTF-8")]
    public void A_damaged_pin_name_is_named_with_offset_and_expectation(int at, byte value, int offset, string expected) =>
        Damaged([new PinIndex(PinName.Parse("ab"))], at, value, offset, expected);

    [Theory]
    [InlineData(24, 0, 24, "1 to 1024 paths")]
    [InlineData(25, 5, 24, "1 to 1024 paths")]
    [InlineData(25, 1, 24, "fit the 21 bytes")]
    [InlineData(28, 0, 28, "1 to 64 steps")]
    public void Damaged_paths_are_named_with_offset_and_expectation(int at, byte value, int offset, string expected) =>
        Damaged([new DeletePayloadKeys(new PointsById([default]), [PayloadPath.Parse("a")])], at, value, offset, expected);

    [Fact]
    public void A_name_of_too_many_characters_is_damage_however_few_bytes_they_have()
    {
        var bytes = OperationCodec.Encode([new ReleasePin(PinName.Parse(new string('\u20ac', ModelLimits.PinNameLengthMax)))]);
        bytes.AsSpan(28).Fill((byte)'x');
        Assert.Contains("at most 255 characters", Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    private static void Damaged(ShardOperation[] operations, int at, byte value, int offset, string expected)
    {
        var bytes = OperationCodec.Encode(operations);
        bytes[at] = value;
        DecodeSafely(bytes);
        var error = Assert.Throws<MalformedOperationException>(() => OperationCodec.Decode(bytes));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(offset, error.Offset);
    }

    private static void DecodeSafely(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        IReadOnlyList<ShardOperation>? decoded = null;
        try
        {
            decoded = OperationCodec.Decode(bytes);
        }
        catch (Exception error) when (error is MalformedOperationException or UnsupportedOperationException)
        {
            // One of the two allowed answers; the property is that there is no third.
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, FixedBytesMax + ((long)BytesPerByteMax * bytes.Length));
        if (decoded is not null)
            Assert.Equal(bytes, OperationCodec.Encode(decoded));
    }

    private static byte[] Header(int length, int count)
    {
        var header = OperationCodec.Encode([new DeletePoints([default])])[..16];
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), (uint)count);
        return header;
    }
}
