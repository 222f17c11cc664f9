using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Makes tests of conditions. What a condition means is written at its type in room Model; recursion is as deep as
/// <see cref="ModelLimits.FilterDepthMax"/> allows.
/// </summary>
internal static class FilterCompiler
{
    public static RowTest Compile(Condition condition) => condition switch
    {
        Filter filter => Compile(filter),
        FieldCondition field => Compile(field),
        NestedCondition nested => new FieldRowTest(new ValuePath(nested.Path), new NestedTest(Compile(nested.Filter))),
        HasIdCondition points => new IdTest(points.Ids),
        HasVectorCondition vector => new HasVectorTest(vector.Name),
        _ => throw new InvalidOperationException($"Condition {condition.GetType()} has no test."),
    };

    private static RowTest Compile(Filter filter)
    {
        List<RowTest> tests = [.. filter.Must.Select(Compile), .. filter.MustNot.Select(condition => new NotTest(Compile(condition)))];
        if (filter.Should.Count > 0)
            tests.Add(new AtLeastTest(1, [.. filter.Should.Select(Compile)]));
        if (filter.MinShould is { } minShould)
            tests.Add(new AtLeastTest(minShould.Count, [.. minShould.Conditions.Select(Compile)]));
        return tests.Count == 1 ? tests[0] : new AllTest([.. tests]);
    }

    private static RowTest Compile(FieldCondition field)
    {
        var path = new ValuePath(field.Path);
        return field.Test switch
        {
            IsEmpty => new NotTest(new FieldRowTest(path, new NonEmptyTest())),
            IsNull => new FieldRowTest(path, new NullTest()),
            ValuesCount count => new FieldRowTest(path, new CountTest(count.Bounds)),
            _ => new FieldRowTest(path, new AnyElementTest(CompileElementTest(field.Test))),
        };
    }

    private static ElementTest CompileElementTest(FieldTest test) => test switch
    {
        MatchKeyword match => new KeywordTest(match.Values),
        MatchInteger match => new IntegerTest(match.Values),
        MatchBool match => new BoolTest(match.Value),
        ExceptKeyword except => new ExceptTest(new KeywordTest(except.Values)),
        ExceptInteger except => new ExceptTest(new IntegerTest(except.Values)),
        MatchWords match => new WordsTest(match.Text),
        MatchPhrase match => new PhraseTest(match.Text),
        NumberRange range => new NumberTest(range.Bounds),
        TimeRange range => new TimeTest(range.Bounds),
        GeoArea area => new PlaceTest(area),
        _ => throw new InvalidOperationException($"Field test {test.GetType()} has no test."),
    };
}
