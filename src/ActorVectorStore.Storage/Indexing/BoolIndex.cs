using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of booleans.</summary>
internal sealed class BoolIndex(IndexSection index) : FieldIndex(index)
{
    /// <summary>The booleans that there are, as <see cref="BoolKeys.TermOf"/> writes them.</summary>
    public TermTable Terms { get; } = new(index);

    protected override JsonType Held => JsonType.Bool;

    protected override FieldAnswer? AskHeld(FieldTest test) => test is not MatchBool match ? null
        : new FieldAnswer(Terms.Find(BoolKeys.TermOf(match.Value)) is { } postings ? new PostedRows(Index.RowCount, postings) : None);
}
