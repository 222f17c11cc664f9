using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>
/// The value is a text with the words of another in a row: one pass over it, however often the phrase begins (Knuth, Morris, Pratt: Fast Pattern
/// Matching in Strings, 1977).
/// </summary>
internal sealed class PhraseTest : ElementTest
{
    private readonly QueryWords _words;

    // After so many words in a row and then a wrong one: how many of the last ones may still be the beginning.
    private readonly int[] _fallback;

    public PhraseTest(string text)
    {
        _words = new QueryWords(text);
        var phrase = _words.Sequence;
        _fallback = new int[phrase.Length + 1];
        for (var length = 2; length <= phrase.Length; length++)
            _fallback[length] = Next(_fallback[length - 1], phrase[length - 1]);
    }

    public override bool Holds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || _words.Count == 0)
            return false;
        using var value = new StringValue(in reader, stackalloc byte[StringValue.StackBytes]);
        var words = new WordReader(value.Utf8);
        var matched = 0;
        while (matched < _words.Sequence.Length && words.Read(out var word))
            matched = Next(matched, _words.NumberOf(word));
        return matched == _words.Sequence.Length;
    }

    private int Next(int matched, int word)
    {
        while (matched > 0 && _words.Sequence[matched] != word)
            matched = _fallback[matched];
        return _words.Sequence[matched] == word ? matched + 1 : 0;
    }
}
