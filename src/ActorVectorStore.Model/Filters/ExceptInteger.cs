namespace ActorVectorStore.Model;

/// <summary>
/// The value is anything but one of these integers, and not null: texts, booleans, objects, arrays inside an array and numbers that
/// <see cref="MatchInteger"/> does not take for integers pass. As with every test it is enough that one element of an array passes.
/// </summary>
public sealed record ExceptInteger : FieldTest
{
    /// <summary>Checks and keeps the integers.</summary>
    /// <param name="values">At most <see cref="ModelLimits.FilterValuesMax"/>; copied.</param>
    /// <exception cref="InvalidRequestException">There are too many.</exception>
    public ExceptInteger(IReadOnlyList<long> values) => Values = ValueList<long>.Copy("except", values, ModelLimits.FilterValuesMax);

    /// <summary>The integers.</summary>
    public IReadOnlyList<long> Values { get; }
}
