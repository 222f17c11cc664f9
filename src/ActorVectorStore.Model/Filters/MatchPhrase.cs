namespace ActorVectorStore.Model;

/// <summary>
/// The value is a text in which the words of this one occur one after the other with no word between them. A text without words never holds.
/// <see cref="MatchWords"/> says what a word is.
/// </summary>
public sealed record MatchPhrase : FieldTest
{
    /// <summary>Checks and keeps the text.</summary>
    /// <param name="text">At most <see cref="ModelLimits.FilterTextLengthMax"/> characters.</param>
    /// <exception cref="InvalidRequestException">It is too long, or not well-formed.</exception>
    public MatchPhrase(string text) => Text = FilterText.Checked("match phrase", text);

    /// <summary>The words in their order, and whatever is between them.</summary>
    public string Text { get; }
}
