namespace ActorVectorStore.Model;

/// <summary>
/// The value is a text in which every word of this one occurs, in any order and any number of times. A text without words never holds.
/// </summary>
/// <remarks>
/// A word is a run of letters, numbers and the marks on them (Unicode categories L, N, Mn and Mc); all else parts words. Case does not matter: each
/// character is compared by the simple, culture-free lower case of its upper case. Nothing is normalised, stemmed or left out.
/// </remarks>
public sealed record MatchWords : FieldTest
{
    /// <summary>Checks and keeps the text.</summary>
    /// <param name="text">At most <see cref="ModelLimits.FilterTextLengthMax"/> characters.</param>
    /// <exception cref="InvalidRequestException">It is too long, or not well-formed.</exception>
    public MatchWords(string text) => Text = FilterText.Checked("match text", text);

    /// <summary>The words, and whatever is between them.</summary>
    public string Text { get; }
}
