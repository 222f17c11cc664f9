namespace ActorVectorStore.Model;

/// <summary>
/// The value is anything but one of these texts, and not null: numbers, booleans, objects and arrays inside an array pass. As with every test it is
/// enough that one element of an array passes; <see cref="Filter.NoneOf"/> with <see cref="MatchKeyword"/> asks that no element is one of the texts.
/// </summary>
public sealed record ExceptKeyword : FieldTest
{
    /// <summary>Checks and keeps the texts.</summary>
    /// <param name="values">
    /// At most <see cref="ModelLimits.FilterValuesMax"/> of at most <see cref="ModelLimits.FilterTextLengthMax"/> characters each; copied.
    /// </param>
    /// <exception cref="InvalidRequestException">There are too many, or one is too long or not well-formed.</exception>
    public ExceptKeyword(IReadOnlyList<string> values) => Values = FilterText.CheckedAll("except", values);

    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Values { get; }
}
