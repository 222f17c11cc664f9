using System.Text;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>An index of texts that are UUIDs.</summary>
internal sealed class UuidIndex(IndexSection index) : FieldIndex(index)
{
    /// <summary>The UUIDs, in the order in which they are written.</summary>
    public KeyTable Keys { get; } = new(index);

    protected override JsonType Held => JsonType.Text;

    protected override FieldAnswer? AskHeld(FieldTest test)
    {
        if (test is not MatchKeyword match)
            return null;
        var (sure, maybe) = (new List<RowSet>(), new List<RowSet>());
        foreach (var text in match.Values.Distinct(StringComparer.Ordinal))
            Ask(text, sure, maybe);
        return new FieldAnswer(AnyOf(sure), AnyOf(maybe));
    }

    // A row that has a UUID and is among the others may have it in capital letters only. A text that is no UUID is not held.
    private void Ask(string text, List<RowSet> sure, List<RowSet> maybe)
    {
        var key = new byte[PayloadIndexSectionFormat.UuidKeyBytes];
        var holding = UuidKeys.Read(Encoding.UTF8.GetBytes(text), key);
        if (holding == ElementHolding.None)
        {
            maybe.Add(Other);
            return;
        }

        var rows = new KeyedRows(Keys, Keys.EqualTo(key));
        if (holding == ElementHolding.Exact)
            sure.Add(Without(rows, Other));
        maybe.Add(AllOf(rows, Other));
    }
}
