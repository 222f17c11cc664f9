using System.Buffers.Binary;
using CsCheck;

namespace ActorVectorStore.Model.Tests;

public sealed class FilterFormatTests
{
    [Fact]
    public void Filters_survive_the_round_trip() => FilterGens.Filter.Sample(filter =>
    {
        var bytes = FilterBytes.Of(filter);
        var read = FilterBytes.Read(bytes);
        Assert.Equal(filter, read);
        Assert.Equal(bytes, FilterBytes.Of(read));
    });

    [Fact]
    public void Limits_fit_the_fields_that_hold_them_and_are_those_that_the_layout_names()
    {
        Assert.InRange(ModelLimits.FilterConditionsMax, 1, ushort.MaxValue);
        Assert.InRange(ModelLimits.PathStepsMax, 1, byte.MaxValue);
        Assert.Equal((65_536, 65_536, 16_384), (ModelLimits.FilterValuesMax, ModelLimits.IdsPerRequestMax, ModelLimits.FilterTextLengthMax));
        Assert.Equal((64, 4_096, 4, 1_024), (ModelLimits.PathStepsMax, ModelLimits.PolygonPointsMax, GeoRing.PointsMin, ModelLimits.PathsPerRequestMax));
    }

    [Fact]
    public void Equal_filters_have_equal_bytes()
    {
        Assert.Equal(FilterBytes.Of(Filter.AllOf(Filter.Field("a").AtLeast(0.0))), FilterBytes.Of(Filter.AllOf(Filter.Field("a").AtLeast(-0.0))));
        Assert.Equal(
            FilterBytes.Of(Filter.AllOf(Filter.Field("a").IsIn(new GeoCircle(new GeoPoint(0, 0), 0)))),
            FilterBytes.Of(Filter.AllOf(Filter.Field("a").IsIn(new GeoCircle(new GeoPoint(-0.0, -0.0), -0.0)))));
        Assert.Equal(FilterBytes.Of(Filter.AllOf(Filter.Field("a[007]").IsNull())), FilterBytes.Of(Filter.AllOf(Filter.Field("\"a\"[7]").IsNull())));
    }

    [Fact]
    public void The_largest_parts_survive_the_round_trip()
    {
        var longest = new string('\uffff', ModelLimits.FilterTextLengthMax);
        var corner = new GeoPoint(1, 2);
        var deepest = new Filter();
        for (var depth = 2; depth < ModelLimits.FilterDepthMax; depth++)
            deepest = Filter.AnyOf(deepest);
        Filter[] filters =
        [
            Filter.AllOf(Filter.Field("a").Is(longest), new FieldCondition(PayloadPath.ToKey(longest), new MatchWords(longest)), Filter.HasVector(longest)),
            Filter.AllOf(new NestedCondition(PayloadPath.ToKey(longest), deepest)),
            Filter.AllOf(Filter.Field("a").IsAnyOf([.. Enumerable.Range(0, ModelLimits.FilterValuesMax).Select(n => $"{n}")])),
            Filter.AllOf(Filter.Field("a").IsOtherThan([.. Enumerable.Range(0, ModelLimits.FilterValuesMax).Select(n => (long)n)])),
            Filter.AllOf(Filter.HasId([.. Enumerable.Range(0, ModelLimits.IdsPerRequestMax).Select(n => PointId.FromNumber((ulong)n))])),
            Filter.AllOf(Filter.Field("a").IsIn(new GeoPolygon(new GeoRing([.. Enumerable.Repeat(corner, ModelLimits.PolygonPointsMax)])))),
            Filter.AllOf(Filter.Field("a").IsIn(new GeoPolygon(Ring(), [.. Enumerable.Repeat(Ring(), (ModelLimits.PolygonPointsMax / 4) - 1)]))),
            Filter.AllOf([.. Enumerable.Repeat(Filter.Field("a").IsNull(), ModelLimits.FilterConditionsMax - 1)]),
            Filter.AllOf(Filter.Field("a" + string.Concat(Enumerable.Repeat("[2147483647]", ModelLimits.PathStepsMax - 1))).IsEmpty()),
            Filter.AtLeast(int.MaxValue),
        ];
        foreach (var filter in filters)
            Assert.Equal(filter, FilterBytes.Read(FilterBytes.Of(filter)));

        GeoRing Ring() => new([corner, corner, corner, corner]);
    }

    [Fact]
    public void Every_cut_is_refused_whether_or_not_the_length_admits_it() => FilterGens.Filter.Sample(
        filter =>
        {
            var bytes = FilterBytes.Of(filter);
            for (var length = 0; length < bytes.Length; length++)
            {
                var cut = bytes[..length];
                Assert.Throws<MalformedOperationException>(() => FilterBytes.Read(cut));
                if (length < FilterFormat.HeaderBytes)
                    continue;
                BinaryPrimitives.WriteUInt32LittleEndian(cut.AsSpan(4), (uint)length);
                Assert.Throws<MalformedOperationException>(() => FilterBytes.Read(cut));
            }
        },
        iter: 20);

    [Fact]
    public void Bytes_behind_the_last_condition_are_refused() => FilterGens.Filter.Sample(filter =>
    {
        byte[] longer = [.. FilterBytes.Of(filter), 0];
        BinaryPrimitives.WriteUInt32LittleEndian(longer.AsSpan(4), (uint)longer.Length);
        Assert.Equal(longer.Length - 1, Assert.Throws<MalformedOperationException>(() => FilterBytes.Read(longer)).Offset);
    });

    [Fact]
    public void Random_bytes_behind_a_valid_header_give_typed_errors() => Gen.Byte[0, 15].Array[12, 200].Sample(
        body => FilterBytes.ReadSafely([1, 0, 0, 0, (byte)(8 + body.Length), 0, 0, 0, .. body]), iter: 5_000);

    [Fact]
    public void Changed_filters_are_read_as_what_they_say_or_give_typed_errors() =>
        Gen.Select(FilterGens.Filter, Gen.Select(Gen.UInt, Gen.OneOf(Gen.Byte, Gen.Byte[0, 16])).Array[1, 4]).Sample(
            (filter, changes) =>
            {
                var bytes = FilterBytes.Of(filter);
                foreach (var (at, value) in changes)
                    bytes[at % bytes.Length] = value;
                FilterBytes.ReadSafely(bytes);
            },
            iter: 5_000);

    [Theory]
    [InlineData(0, 0, 0, "version 1 to 1")]
    [InlineData(1, 1, 0, "reserve")]
    [InlineData(4, 35, 4, "from 20 to 34")]
    [InlineData(4, 19, 4, "from 20 to 34")]
    [InlineData(4, 33, 30, "4 bytes of a count of values")]
    [InlineData(8, 0, 20, "the end of the filter")]
    [InlineData(8, 2, 34, "1 bytes of the kind of a condition")]
    [InlineData(8, 4, 8, "fit the 18 bytes")]
    [InlineData(9, 5, 8, "at most 1024 conditions")]
    [InlineData(14, 1, 16, "a number of conditions that must hold")]
    [InlineData(19, 128, 16, "a number of conditions that must hold")]
    [InlineData(20, 0, 20, "a condition kind from 1 to 5")]
    [InlineData(21, 0, 21, "1 to 64 steps")]
    [InlineData(21, 65, 21, "1 to 64 steps")]
    [InlineData(22, 0, 22, "step kind 1, 2 or 3")]
    [InlineData(22, 3, 21, "first step is to a key")]
    [InlineData(23, 8, 23, "at most the 7 bytes")]
    [InlineData(25, 1, 23, "at most the 7 bytes")]
    [InlineData(27, 0xff, 23, "well-formed UTF-8")]
    [InlineData(28, 0, 28, "a test kind from 1 to 15")]
    [InlineData(29, 16, 29, "bounds 0 to 15")]
    [InlineData(29, 0, 30, "the end of the filter")]
    [InlineData(29, 3, 34, "4 bytes of a count of values")]
    public void A_damaged_field_is_named_with_offset_and_expectation(int at, byte value, int offset, string expected)
    {
        // header 8, clauses 12, kind 1, path 1 + 1 + 4 + 1, kind 1, bounds 1, one bound of 4
        var bytes = FilterBytes.Of(Filter.AllOf(Filter.Field("a").HasCount(new Bounds<int> { AtLeast = 1 })));
        Assert.Equal(34, bytes.Length);
        bytes[at] = value;
        var error = Assert.Throws<MalformedOperationException>(() => FilterBytes.Read(bytes));
        Assert.Equal((offset, true), (error.Offset, error.Message.Contains(expected, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, 2, "filter version")]
    [InlineData(20, 6, "filter condition kind")]
    [InlineData(28, 16, "field test kind")]
    public void What_a_newer_program_wrote_is_refused_as_such(int at, byte value, string subject)
    {
        var bytes = FilterBytes.Of(Filter.AllOf(Filter.Field("a").HasCount(new Bounds<int> { AtLeast = 1 })));
        bytes[at] = value;
        var error = Assert.Throws<UnsupportedOperationException>(() => FilterBytes.Read(bytes));
        Assert.Equal(subject, error.Subject);
        Assert.True(error.Found > error.NewestSupported);
    }

    [Fact]
    public void What_a_type_refuses_to_be_is_damage()
    {
        var field = Filter.Field("a");
        Refused(field.IsIn(new GeoBox(new GeoPoint(0, 2), new GeoPoint(1, 1))), Doubles(0, 2), Doubles(0, 0.5), "a top that is not below the bottom");
        Refused(field.IsIn(new GeoCircle(new GeoPoint(0, 0), 77)), Doubles(77), Doubles(-1), "at least 0 metres");
        Refused(field.IsIn(new GeoCircle(new GeoPoint(0, 0), 77)), Doubles(77), Doubles(double.NaN), "at least 0 metres");
        Refused(field.IsIn(new GeoCircle(new GeoPoint(7, 0), 77)), Doubles(7), Doubles(181), "a longitude from -180 to 180");
        Refused(field.IsIn(new GeoCircle(new GeoPoint(7, 0), 77)), Doubles(7), Doubles(-0.0), "0 as a longitude");
        Refused(field.IsIn(Triangle()), Doubles(1, 2, 3, 4), Doubles(1, 8, 3, 4), "a closed line");
        Refused(field.AtLeast(5.5), Doubles(5.5), Doubles(double.NaN), "the double nearest to it");
        Refused(field.AtLeast((1L << 53) + 1), [1, 0, 0, 0], [3, 0, 0, 0], "the double nearest to it");
        Refused(field.Is(true), [5, 1], [5, 2], "0 or 1");
        Refused(new NestedCondition(PayloadPath.Parse("a"), new Filter()), [3, .. new byte[12]], [2, .. new byte[12]], "ends with a step to each element");
        Refused(Filter.Nested("abc", field.IsNull()), [2, 1, 1, 1, 0, 0, 0, (byte)'a', 15], [4, 0, 0, 0, 0], "conditions on the payload");

        static GeoPolygon Triangle() => new(new GeoRing([new(1, 2), new(3, 4), new(5, 6), new(1, 2)]));
    }

    [Fact]
    public void Conditions_and_depth_beyond_the_limits_are_refused_before_they_are_followed()
    {
        // Filters inside one another, each with so many more filters beside the next one as its clause says.
        Assert.Contains("32 filters inside one another", Failure(Nest(32, 1)), StringComparison.Ordinal);
        Assert.Contains("at most 1024 conditions", Failure(Nest(31, 40)), StringComparison.Ordinal);

        static byte[] Nest(int depth, byte width)
        {
            byte[] empty = [1, .. new byte[12]];
            byte[] body = [.. new byte[12]];
            for (var i = 0; i < depth; i++)
                body = [width, .. new byte[11], 1, .. body, .. Enumerable.Repeat(empty, width - 1).SelectMany(bytes => bytes)];
            var length = body.Length + 8;
            return [1, 0, 0, 0, (byte)length, (byte)(length >> 8), 0, 0, .. body];
        }

        static string Failure(byte[] bytes)
        {
            FilterBytes.ReadSafely(bytes);
            return Assert.Throws<MalformedOperationException>(() => FilterBytes.Read(bytes)).Message;
        }
    }

    [Fact]
    public void Counts_that_the_bytes_cannot_hold_allocate_nothing_for_them()
    {
        var field = Filter.Field("a");
        foreach (var condition in (Condition[])[field.IsAnyOf(1L), field.IsAnyOf("x"), Filter.HasId(PointId.FromNumber(1)), field.HasWords("x")])
        {
            var bytes = FilterBytes.Of(Filter.AllOf(condition));
            for (var at = 20; at < bytes.Length; at++)
            {
                var hostile = bytes.ToArray();
                hostile[at] = 0xff;
                FilterBytes.ReadSafely(hostile);
            }
        }
    }

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static void Refused(Condition condition, byte[] part, byte[] with, string expected)
    {
        var bytes = FilterBytes.Of(Filter.AllOf(condition));
        var at = bytes.AsSpan().LastIndexOf(part);
        Assert.True(at > 0);
        byte[] damaged = [.. bytes[..at], .. with, .. bytes[(at + part.Length)..]];
        BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(4), (uint)damaged.Length);
        FilterBytes.ReadSafely(damaged);
        Assert.Contains(expected, Assert.Throws<MalformedOperationException>(() => FilterBytes.Read(damaged)).Message, StringComparison.Ordinal);
    }
}
