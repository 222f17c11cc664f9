using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is a text with all words of another.</summary>
internal sealed class WordsTest(string text) : ElementTest
{
    private const int BitsPerCell = 64;

    private readonly QueryWords _words = new(text);

    public override bool Holds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || _words.Count == 0)
            return false;
        using var value = new StringValue(in reader, stackalloc byte[StringValue.StackBytes]);
        // One bit for each word: 1 KiB for as many words as fit into the longest text of a filter.
        return HasAll(value.Utf8, stackalloc ulong[(_words.Count + BitsPerCell - 1) / BitsPerCell]);
    }

    private bool HasAll(ReadOnlySpan<byte> value, Span<ulong> seen)
    {
        seen.Clear();
        var missing = _words.Count;
        var words = new WordReader(value);
        while (missing > 0 && words.Read(out var word))
        {
            var number = _words.NumberOf(word);
            if (number < 0)
                continue;
            var bit = 1UL << (number % BitsPerCell);
            if ((seen[number / BitsPerCell] & bit) == 0)
                missing--;
            seen[number / BitsPerCell] |= bit;
        }

        return missing == 0;
    }
}
