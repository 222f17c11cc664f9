using System.Globalization;
using System.Text;

namespace ActorVectorStore.Storage;

/// <summary>Reads a UTF-8 text word by word; <see cref="Model.MatchWords"/> says what a word is.</summary>
internal ref struct WordReader(ReadOnlySpan<byte> utf8)
{
    private ReadOnlySpan<byte> _rest = utf8;

    /// <summary>The bytes of the next word; false at the end.</summary>
    public bool Read(out ReadOnlySpan<byte> word)
    {
        _rest = _rest[LengthUntilWord(_rest, isWord: true)..];
        var length = LengthUntilWord(_rest, isWord: false);
        word = _rest[..length];
        _rest = _rest[length..];
        return length > 0;
    }

    private static int LengthUntilWord(ReadOnlySpan<byte> text, bool isWord)
    {
        var length = 0;
        while (length < text.Length)
        {
            Rune.DecodeFromUtf8(text[length..], out var rune, out var consumed);
            if (IsOfWord(rune) == isWord)
                break;
            length += consumed;
        }

        return length;
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || (!rune.IsAscii && Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
}
