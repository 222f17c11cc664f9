using System.Text;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Parts texts into tokens, as <see cref="TextIndexOptions"/> says. Tokens longer than those of any filter are left out. Holds up to 64 KiB; one
/// thread.
/// </summary>
internal sealed class TextTokens(TextIndexOptions options)
{
    private readonly int _charactersMin = options.TokenLengthMin ?? 1;
    private readonly int _charactersMax = Math.Min(
        options.TokenLengthMax ?? int.MaxValue, options.Tokenizer == TokenizerKind.Prefix ? TextIndexOptions.PrefixLengthMax : int.MaxValue);

    private byte[] _token = new byte[128];
    private int _bytes;
    private int _characters;

    /// <summary>Calls back with each token, in the order of the text; the bytes are used before the next one.</summary>
    public void Read(ReadOnlySpan<byte> text, Action<ReadOnlySpan<byte>> take)
    {
        if (options.Tokenizer == TokenizerKind.Whitespace)
        {
            ReadBetweenSpaces(text, take);
            return;
        }

        var words = new WordReader(text);
        while (words.Read(out var word))
            ReadWord(word, take);
    }

    /// <summary>Calls back with each token of one word.</summary>
    public void ReadWord(ReadOnlySpan<byte> word, Action<ReadOnlySpan<byte>> take)
    {
        var isPrefix = options.Tokenizer == TokenizerKind.Prefix;
        while (!word.IsEmpty && !(isPrefix && _characters == _charactersMax))
        {
            var rune = Take(ref word);
            var isAlone = options.Tokenizer == TokenizerKind.Multilingual && UnspacedScript.Has(rune);
            if (isAlone)
                End(take);
            Push(rune);
            if (isPrefix)
                Emit(take);
            if (isAlone)
                End(take);
        }

        if (isPrefix)
            Begin();
        else
            End(take);
    }

    private void ReadBetweenSpaces(ReadOnlySpan<byte> text, Action<ReadOnlySpan<byte>> take)
    {
        while (!text.IsEmpty)
        {
            var rune = Take(ref text);
            if (Rune.IsWhiteSpace(rune))
                End(take);
            else
                Push(rune);
        }

        End(take);
    }

    private static Rune Take(ref ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out var rune, out var consumed);
        text = text[consumed..];
        return rune;
    }

    private void Push(Rune rune)
    {
        var stored = options.IsLowercase ? WordComparer.Fold(rune) : rune;
        _characters++;
        // A token that is too long is counted on, so that its characters are, but not kept.
        if (_bytes + stored.Utf8SequenceLength > _token.Length && _token.Length < PayloadIndexSectionFormat.TermBytesMax)
            Array.Resize(ref _token, _token.Length * 2);
        if (_bytes + stored.Utf8SequenceLength <= _token.Length)
            stored.EncodeToUtf8(_token.AsSpan(_bytes));
        _bytes = Math.Min(_bytes + stored.Utf8SequenceLength, PayloadIndexSectionFormat.TermBytesMax + 1);
    }

    private void End(Action<ReadOnlySpan<byte>> take)
    {
        Emit(take);
        Begin();
    }

    private void Begin() => (_bytes, _characters) = (0, 0);

    private void Emit(Action<ReadOnlySpan<byte>> take)
    {
        if (_characters >= _charactersMin && _characters <= _charactersMax && _bytes <= PayloadIndexSectionFormat.TermBytesMax)
            take(_token.AsSpan(0, _bytes));
    }
}
