namespace ActorVectorStore.Model.Tests;

public sealed class FilterTests
{
    private static readonly Condition Leaf = Filter.Field("a").Is(1);

    [Fact]
    public void Factories_say_what_they_build()
    {
        var filter = Filter.AllOf(
            Filter.Field("city").Is("Rome"),
            Filter.Field("price").Between(10, 20.5),
            Filter.NoneOf(Filter.Field("sold").Is(true)),
            Filter.AtLeast(2, Filter.Field("tags").IsAnyOf("a", "b"), Filter.Field("n").IsOtherThan(1, 2), Filter.HasVector()),
            Filter.Nested("items", Filter.Field("price").AtMost(3), Filter.Field("name").HasPhrase("olive oil")));
        Assert.Equal(
            new Filter
            {
                Must =
                [
                    new FieldCondition(PayloadPath.Parse("city"), new MatchKeyword(["Rome"])),
                    new FieldCondition(PayloadPath.Parse("price"), new NumberRange(new Bounds<Number> { AtLeast = 10, AtMost = 20.5 })),
                    new Filter { MustNot = [new FieldCondition(PayloadPath.Parse("sold"), new MatchBool(true))] },
                    new Filter
                    {
                        MinShould = new MinShould(2,
                        [
                            new FieldCondition(PayloadPath.Parse("tags"), new MatchKeyword(["a", "b"])),
                            new FieldCondition(PayloadPath.Parse("n"), new ExceptInteger([1, 2])),
                            new HasVectorCondition(""),
                        ]),
                    },
                    new NestedCondition(PayloadPath.Parse("items[]"), new Filter
                    {
                        Must =
                        [
                            new FieldCondition(PayloadPath.Parse("price"), new NumberRange(new Bounds<Number> { AtMost = 3 })),
                            new FieldCondition(PayloadPath.Parse("name"), new MatchPhrase("olive oil")),
                        ],
                    }),
                ],
            },
            filter);
    }

    [Fact]
    public void Filters_are_equal_if_they_say_the_same_and_keep_nothing_of_the_callers_lists()
    {
        var conditions = new List<Condition> { Leaf };
        var filter = Filter.AnyOf(conditions);
        conditions.Add(Leaf);
        Assert.Equal(Filter.AnyOf(Leaf), filter);
        Assert.Equal(Filter.AnyOf(Leaf).GetHashCode(), filter.GetHashCode());
        Assert.NotEqual(Filter.AllOf(Leaf), filter);
        Assert.NotEqual(Filter.AnyOf(conditions), filter);
        Assert.Equal(new Filter(), Filter.AllOf());
        Assert.Equal(new GeoPolygon(Triangle()), new GeoPolygon(Triangle()));
    }

    [Fact]
    public void Conditions_are_limited_in_all_on_both_sides()
    {
        // The filter is one of them.
        var most = Filter.AllOf(Repeat(Leaf, ModelLimits.FilterConditionsMax - 1));
        Refused(() => Filter.AllOf(Repeat(Leaf, ModelLimits.FilterConditionsMax)), "filter", "at most 1024 conditions", "1025");
        Refused(() => Filter.AllOf(Repeat(Leaf, 1_025)), "filter.must", "at most 1024", "1025");
        Refused(() => Filter.NoneOf(most), "filter", "at most 1024 conditions", "1025");
        Refused(() => most with { Should = [Leaf] }, "filter", "at most 1024 conditions", "1025");
        var half = Filter.Nested("a", Repeat(Leaf, 510));
        Refused(() => Filter.AtLeast(1, half, half), "filter", "at most 1024 conditions", "1025");
    }

    [Fact]
    public void Depth_is_limited_on_both_sides()
    {
        var filter = new Filter();
        for (var depth = 2; depth <= ModelLimits.FilterDepthMax; depth++)
            filter = depth % 2 == 0 ? Filter.AnyOf(filter) : Filter.AllOf(new NestedCondition(PayloadPath.Parse("a"), filter));
        Refused(() => Filter.AllOf(filter), "filter", "at most 32 filters inside one another", "33");
    }

    [Fact]
    public void What_an_element_has_not_is_refused_inside_a_nested_condition()
    {
        Refused(() => Filter.Nested("a", Filter.HasId(PointId.FromNumber(1))), "nested filter", "conditions on the payload", "one on the id or the vector of the point");
        Refused(() => Filter.Nested("a", Filter.AnyOf(Leaf, Filter.NoneOf(Filter.HasVector()))), "nested filter", "conditions on the payload", "one on the id or the vector of the point");
    }

    [Fact]
    public void Values_texts_and_ids_are_limited_on_both_sides()
    {
        var field = Filter.Field("a");
        field.IsAnyOf(Repeat(1L, ModelLimits.FilterValuesMax));
        Refused(() => field.IsAnyOf(Repeat(1L, ModelLimits.FilterValuesMax + 1)), "match", "at most 65536", "65537");
        Refused(() => field.IsOtherThan(Repeat("x", ModelLimits.FilterValuesMax + 1)), "except", "at most 65536", "65537");
        Refused(() => Filter.HasId(Repeat(PointId.FromNumber(1), ModelLimits.IdsPerRequestMax + 1)), "has_id", "at most 65536", "65537");
        field.Is(new string('x', ModelLimits.FilterTextLengthMax));
        var tooLong = new string('x', ModelLimits.FilterTextLengthMax + 1);
        Refused(() => field.IsAnyOf("ok", tooLong), "match[1]", "a text of at most 16384 characters", "16385 characters");
        Refused(() => field.HasWords(tooLong), "match text", "a text of at most 16384 characters", "16385 characters");
        Refused(() => field.HasPhrase("a\ud800"), "match phrase", "well-formed Unicode", "a lone surrogate");
        Refused(() => field.Is("\udc00\ud800"), "match[0]", "well-formed Unicode", "a lone surrogate");
        field.Is("\ud83d\ude00");
    }

    [Fact]
    public void Parts_that_cannot_be_meant_are_refused()
    {
        Refused(() => Filter.AtLeast(0, Leaf), "filter.min_should", "a count of at least 1", "0");
        Refused(() => Filter.AllOf(Leaf, null!), "filter.must[1]", "a value", "null");
        Refused(() => Filter.Field("a").GreaterThan(double.NaN), "range", "a number", "NaN");
        Assert.Throws<ArgumentNullException>(() => new NumberRange(null!));
        Assert.Throws<ArgumentNullException>(() => new Filter { Must = null! });
        Assert.Throws<ArgumentNullException>(() => new FieldCondition(null!, new IsNull()));
    }

    [Fact]
    public void Bounds_hold_what_is_between_them_each_in_its_own_way()
    {
        int[] Inside(Bounds<int> bounds) => [.. Enumerable.Range(0, 6).Where(bounds.Contain)];
        Assert.Equal([0, 1, 2, 3, 4, 5], Inside(new Bounds<int>()));
        Assert.Equal([3, 4, 5], Inside(new Bounds<int> { GreaterThan = 2 }));
        Assert.Equal([2, 3, 4, 5], Inside(new Bounds<int> { AtLeast = 2 }));
        Assert.Equal([0, 1], Inside(new Bounds<int> { LessThan = 2 }));
        Assert.Equal([0, 1, 2], Inside(new Bounds<int> { AtMost = 2 }));
        Assert.Equal([3], Inside(new Bounds<int> { GreaterThan = 1, AtLeast = 3, LessThan = 4, AtMost = 5 }));
        Assert.Empty(Inside(new Bounds<int> { GreaterThan = 3, LessThan = 3 }));
    }

    private static GeoRing Triangle() => new([new(0, 0), new(1, 0), new(0, 1), new(0, 0)]);

    private static T[] Repeat<T>(T item, int count) => [.. Enumerable.Repeat(item, count)];

    private static void Refused(Func<object> make, string subject, string expected, string found)
    {
        var error = Assert.Throws<InvalidRequestException>(make);
        Assert.Equal((subject, expected, found), (error.Subject, error.Expected, error.Found));
    }
}
