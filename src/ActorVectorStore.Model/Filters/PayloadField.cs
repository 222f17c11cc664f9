namespace ActorVectorStore.Model;

/// <summary>A field of the payload that a condition is made of: <c>Filter.Field("price").Between(10, 20)</c>.</summary>
/// <param name="Path">Where the field is.</param>
public sealed record PayloadField(PayloadPath Path)
{
    /// <inheritdoc cref="MatchKeyword" />
    public FieldCondition Is(string value) => IsAnyOf(value);

    /// <inheritdoc cref="MatchInteger" />
    public FieldCondition Is(long value) => IsAnyOf(value);

    /// <inheritdoc cref="MatchBool" />
    public FieldCondition Is(bool value) => Passes(new MatchBool(value));

    /// <inheritdoc cref="MatchKeyword" />
    public FieldCondition IsAnyOf(params IReadOnlyList<string> values) => Passes(new MatchKeyword(values));

    /// <inheritdoc cref="MatchInteger" />
    public FieldCondition IsAnyOf(params IReadOnlyList<long> values) => Passes(new MatchInteger(values));

    /// <inheritdoc cref="ExceptKeyword" />
    public FieldCondition IsOtherThan(params IReadOnlyList<string> values) => Passes(new ExceptKeyword(values));

    /// <inheritdoc cref="ExceptInteger" />
    public FieldCondition IsOtherThan(params IReadOnlyList<long> values) => Passes(new ExceptInteger(values));

    /// <inheritdoc cref="MatchWords" />
    public FieldCondition HasWords(string text) => Passes(new MatchWords(text));

    /// <inheritdoc cref="MatchPhrase" />
    public FieldCondition HasPhrase(string text) => Passes(new MatchPhrase(text));

    /// <inheritdoc cref="NumberRange" />
    public FieldCondition IsIn(Bounds<Number> bounds) => Passes(new NumberRange(bounds));

    /// <inheritdoc cref="TimeRange" />
    public FieldCondition IsIn(Bounds<Instant> bounds) => Passes(new TimeRange(bounds));

    /// <summary>The value is a number from one to another, both included.</summary>
    public FieldCondition Between(Number low, Number high) => IsIn(new Bounds<Number> { AtLeast = low, AtMost = high });

    /// <summary>The value is a moment from one to another, both included.</summary>
    public FieldCondition Between(DateTimeOffset first, DateTimeOffset last) => IsIn(new Bounds<Instant> { AtLeast = first, AtMost = last });

    /// <summary>The value is a number of at least this.</summary>
    public FieldCondition AtLeast(Number bound) => IsIn(new Bounds<Number> { AtLeast = bound });

    /// <summary>The value is a number of at most this.</summary>
    public FieldCondition AtMost(Number bound) => IsIn(new Bounds<Number> { AtMost = bound });

    /// <summary>The value is a number greater than this.</summary>
    public FieldCondition GreaterThan(Number bound) => IsIn(new Bounds<Number> { GreaterThan = bound });

    /// <summary>The value is a number less than this.</summary>
    public FieldCondition LessThan(Number bound) => IsIn(new Bounds<Number> { LessThan = bound });

    /// <summary>The value is a moment after this one.</summary>
    public FieldCondition After(DateTimeOffset moment) => IsIn(new Bounds<Instant> { GreaterThan = moment });

    /// <summary>The value is a moment before this one.</summary>
    public FieldCondition Before(DateTimeOffset moment) => IsIn(new Bounds<Instant> { LessThan = moment });

    /// <inheritdoc cref="GeoArea" />
    public FieldCondition IsIn(GeoArea area) => Passes(area);

    /// <inheritdoc cref="Model.ValuesCount" />
    public FieldCondition HasCount(Bounds<int> bounds) => Passes(new ValuesCount(bounds));

    /// <inheritdoc cref="Model.IsEmpty" />
    public FieldCondition IsEmpty() => Passes(new IsEmpty());

    /// <inheritdoc cref="Model.IsNull" />
    public FieldCondition IsNull() => Passes(new IsNull());

    private FieldCondition Passes(FieldTest test) => new(Path, test);
}
