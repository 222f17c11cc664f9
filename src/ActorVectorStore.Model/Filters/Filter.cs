namespace ActorVectorStore.Model;

/// <summary>
/// Which points qualify: those of which every <see cref="Must"/> holds, no <see cref="MustNot"/>, at least one <see cref="Should"/> and as many of
/// <see cref="MinShould"/> as it asks for. A clause that is empty asks for nothing, so that a filter without clauses takes every point.
/// </summary>
/// <remarks>
/// <para>A filter is a condition itself, and so filters nest:
/// <c>Filter.AllOf(Filter.Field("city").Is("Rome"), Filter.Field("price").Between(10, 20), Filter.NoneOf(Filter.Field("sold").Is(true)))</c>.</para>
/// <para>At most <see cref="ModelLimits.FilterConditionsMax"/> conditions in all and <see cref="ModelLimits.FilterDepthMax"/> filters inside one
/// another. What goes beyond, or is null, is refused with <see cref="InvalidRequestException"/> when the filter is made.</para>
/// </remarks>
public sealed record Filter : Condition
{
    private FilterExtent _extent = FilterExtent.Around([]);

    /// <summary>Conditions of which each must hold.</summary>
    public IReadOnlyList<Condition> Must
    {
        get;
        init => Keep(ref field, "filter.must", value);
    } = ValueList<Condition>.Empty;

    /// <summary>Conditions of which none may hold.</summary>
    public IReadOnlyList<Condition> MustNot
    {
        get;
        init => Keep(ref field, "filter.must_not", value);
    } = ValueList<Condition>.Empty;

    /// <summary>Conditions of which at least one must hold, if there are any.</summary>
    public IReadOnlyList<Condition> Should
    {
        get;
        init => Keep(ref field, "filter.should", value);
    } = ValueList<Condition>.Empty;

    /// <summary>Conditions of which a number must hold; null asks for nothing.</summary>
    public MinShould? MinShould
    {
        get;
        init
        {
            field = value;
            _extent = Measure();
        }
    }

    internal override FilterExtent Extent => _extent;

    /// <summary>A filter that holds where each of the conditions does.</summary>
    /// <exception cref="InvalidRequestException">There are too many conditions, or they are too deep.</exception>
    public static Filter AllOf(params IReadOnlyList<Condition> conditions) => new() { Must = conditions };

    /// <summary>A filter that holds where at least one of the conditions does, or where there are none.</summary>
    /// <exception cref="InvalidRequestException">There are too many conditions, or they are too deep.</exception>
    public static Filter AnyOf(params IReadOnlyList<Condition> conditions) => new() { Should = conditions };

    /// <summary>A filter that holds where none of the conditions does.</summary>
    /// <exception cref="InvalidRequestException">There are too many conditions, or they are too deep.</exception>
    public static Filter NoneOf(params IReadOnlyList<Condition> conditions) => new() { MustNot = conditions };

    /// <summary>A filter that holds where at least <paramref name="count"/> of the conditions do.</summary>
    /// <exception cref="InvalidRequestException">The count is below 1, there are too many conditions, or they are too deep.</exception>
    public static Filter AtLeast(int count, params IReadOnlyList<Condition> conditions) => new() { MinShould = new MinShould(count, conditions) };

    /// <summary>Begins a condition on a field of the payload; <see cref="PayloadPath"/> says how a path is written.</summary>
    /// <exception cref="InvalidRequestException">The text is no path.</exception>
    public static PayloadField Field(string path) => new(PayloadPath.Parse(path));

    /// <summary>A condition that holds where one element of an array of objects meets all conditions; see <see cref="NestedCondition"/>.</summary>
    /// <exception cref="InvalidRequestException">The text is no path, or the conditions cannot be those of an element.</exception>
    public static NestedCondition Nested(string path, params IReadOnlyList<Condition> conditions) => new(PayloadPath.Parse(path), AllOf(conditions));

    /// <summary>A condition that holds for the points of these ids.</summary>
    /// <exception cref="InvalidRequestException">There are too many ids.</exception>
    public static HasIdCondition HasId(params IReadOnlyList<PointId> ids) => new(ids);

    /// <summary>A condition that holds for points with a vector of this name; the vector of every point has the empty name.</summary>
    /// <exception cref="InvalidRequestException">The name is too long, or not well-formed.</exception>
    public static HasVectorCondition HasVector(string name = "") => new(name);

    private void Keep(ref IReadOnlyList<Condition> clause, string subject, IReadOnlyList<Condition> conditions)
    {
        clause = ValueList<Condition>.Copy(subject, conditions, ModelLimits.FilterConditionsMax);
        _extent = Measure();
    }

    private FilterExtent Measure() => FilterExtent.Around([.. Must, .. MustNot, .. Should, .. MinShould?.Conditions ?? []]);
}
