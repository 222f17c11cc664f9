using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// What a text index takes for tokens. No option changes what a filter finds; some help it more: words in lower case of any length, as by
/// <see cref="Default"/>, decide <see cref="MatchWords"/> without a look at the payload.
/// </summary>
public sealed record TextIndexOptions
{
    /// <summary>Bound of the lengths of tokens, in characters (Unicode scalar values).</summary>
    public const int TokenLengthLimit = ModelLimits.FilterTextLengthMax;

    /// <summary>Characters of the longest beginning of a word that <see cref="TokenizerKind.Prefix"/> takes.</summary>
    public const int PrefixLengthMax = 64;

    /// <summary>Checks and keeps the options.</summary>
    /// <param name="tokenizer">How a text is parted.</param>
    /// <param name="isLowercase">Whether upper and lower case are the same, as they are to <see cref="MatchWords"/>.</param>
    /// <param name="tokenLengthMin">Shorter tokens are left out; 1 to <see cref="TokenLengthLimit"/> characters, null for 1.</param>
    /// <param name="tokenLengthMax">Longer tokens are left out; at least the minimum, null for no bound.</param>
    /// <exception cref="InvalidRequestException">An option is outside its bounds.</exception>
    public TextIndexOptions(TokenizerKind tokenizer, bool isLowercase = true, int? tokenLengthMin = null, int? tokenLengthMax = null)
    {
        if (tokenizer is < TokenizerKind.Word or > TokenizerKind.Multilingual)
            throw new InvalidRequestException("text index tokenizer", "word, whitespace, prefix or multilingual", Text((int)tokenizer));
        RequireLength("text index minimum token length", tokenLengthMin, 1);
        RequireLength("text index maximum token length", tokenLengthMax, tokenLengthMin ?? 1);
        Tokenizer = tokenizer;
        IsLowercase = isLowercase;
        TokenLengthMin = tokenLengthMin;
        TokenLengthMax = tokenLengthMax;
    }

    /// <summary>Words of any length in lower case.</summary>
    public static TextIndexOptions Default { get; } = new(TokenizerKind.Word);

    /// <summary>How a text is parted.</summary>
    public TokenizerKind Tokenizer { get; }

    /// <summary>Whether upper and lower case are the same.</summary>
    public bool IsLowercase { get; }

    /// <summary>Characters of the shortest token; null for 1.</summary>
    public int? TokenLengthMin { get; }

    /// <summary>Characters of the longest token; null for no bound.</summary>
    public int? TokenLengthMax { get; }

    private static void RequireLength(string subject, int? length, int minimum)
    {
        if (length is { } given && (given < minimum || given > TokenLengthLimit))
            throw new InvalidRequestException(subject, $"{minimum} to {TokenLengthLimit} characters", Text(given));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
