using System.Text;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of texts as they are.</summary>
internal sealed class KeywordIndex(IndexSection index) : FieldIndex(index)
{
    /// <summary>The texts.</summary>
    public TermTable Terms { get; } = new(index);

    protected override JsonType Held => JsonType.Text;

    protected override FieldAnswer? AskHeld(FieldTest test) => test switch
    {
        MatchKeyword match => new FieldAnswer(Find(match.Values)),
        ExceptKeyword except => AskExcept(Find(except.Values)),
        _ => null,
    };

    private RowSet Find(IReadOnlyList<string> texts)
    {
        var found = new List<RowSet>();
        foreach (var text in texts.Distinct(StringComparer.Ordinal))
        {
            if (Terms.Find(Encoding.UTF8.GetBytes(text)) is { } postings)
                found.Add(new PostedRows(Index.RowCount, postings));
        }

        return AnyOf(found);
    }
}
