namespace ActorVectorStore.Model;

/// <summary>How a text index parts a text into tokens. <see cref="MatchWords"/> says what a word is. The values are stored and never change.</summary>
public enum TokenizerKind
{
    /// <summary>No tokenizer; no index has it.</summary>
    None = 0,

    /// <summary>Each word.</summary>
    Word = 1,

    /// <summary>What is between white space.</summary>
    Whitespace = 2,

    /// <summary>
    /// The beginnings of each word, from <see cref="TextIndexOptions.TokenLengthMin"/> to <see cref="TextIndexOptions.TokenLengthMax"/> characters and at
    /// most <see cref="TextIndexOptions.PrefixLengthMax"/>.
    /// </summary>
    Prefix = 3,

    /// <summary>Each word, but where a script writes without spaces (Chinese, Japanese, Thai and their neighbours) each character.</summary>
    Multilingual = 4,
}
