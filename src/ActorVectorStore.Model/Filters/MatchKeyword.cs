namespace ActorVectorStore.Model;

/// <summary>The value is one of these texts, character by character. Without texts it never holds.</summary>
public sealed record MatchKeyword : FieldTest
{
    /// <summary>Checks and keeps the texts.</summary>
    /// <param name="values">
    /// At most <see cref="ModelLimits.FilterValuesMax"/> of at most <see cref="ModelLimits.FilterTextLengthMax"/> characters each; copied.
    /// </param>
    /// <exception cref="InvalidRequestException">There are too many, or one is too long or not well-formed.</exception>
    public MatchKeyword(IReadOnlyList<string> values) => Values = FilterText.CheckedAll("match", values);

    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Values { get; }
}
