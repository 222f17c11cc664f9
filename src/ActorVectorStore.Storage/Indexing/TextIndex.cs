using System.Text;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of the words of texts.</summary>
internal sealed class TextIndex(IndexSection index) : FieldIndex(index)
{
    private readonly TextIndexOptions _options = index.Description.TextOptions!;

    /// <summary>The tokens.</summary>
    public TermTable Terms { get; } = new(index);

    protected override JsonType Held => JsonType.Text;

    // A word of a filter is found by its tokens only if they are those of the same word in any text.
    private bool FindsWords => _options.IsLowercase && _options.Tokenizer != TokenizerKind.Whitespace;

    protected override FieldAnswer? AskHeld(FieldTest test) => test switch
    {
        MatchWords match => AskWords(match.Text, isPhrase: false),
        MatchPhrase match => AskWords(match.Text, isPhrase: true),
        _ => null,
    };

    private FieldAnswer? AskWords(string text, bool isPhrase)
    {
        var words = new QueryWords(text);
        if (words.Count == 0)
            return new FieldAnswer(None);
        var (tokens, isWhole) = FindsWords ? TokensOf(text) : ([], false);
        if (tokens.Count == 0)
            return null;
        var rows = AllOf([.. tokens.Select(Find)]);
        if (!isWhole || (isPhrase && words.Sequence.Length > 1))
            return new FieldAnswer(None, rows);
        // Of several texts one may have one word and another one the other.
        var several = Set(RowSetKind.Several);
        return words.Count == 1 ? new FieldAnswer(rows) : new FieldAnswer(Without(rows, several), AllOf(rows, several));
    }

    private RowSet Find(byte[] token) => Terms.Find(token) is { } postings ? new PostedRows(Index.RowCount, postings) : None;

    // The tokens of which a text with these words has each, and whether that is all that is to be known of it.
    private (HashSet<byte[]> Tokens, bool AreWhole) TokensOf(string text)
    {
        var tokens = new HashSet<byte[]>(BytesComparer.Instance);
        var areWhole = _options.Tokenizer == TokenizerKind.Word;
        var reader = new TextTokens(_options);
        var words = new WordReader(Encoding.UTF8.GetBytes(text));
        while (words.Read(out var word))
        {
            var ofWord = new List<byte[]>();
            reader.ReadWord(word, token => ofWord.Add(token.ToArray()));
            areWhole &= ofWord.Count > 0;
            // The longest beginning says what the shorter ones do.
            tokens.UnionWith(_options.Tokenizer == TokenizerKind.Prefix ? ofWord.TakeLast(1) : ofWord);
        }

        return (tokens, areWhole);
    }
}
