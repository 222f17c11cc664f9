using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>Texts as they are. Longer ones than any filter can have are not held.</summary>
internal sealed class KeywordKeys : ElementKeys
{
    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType != JsonTokenType.String)
            return ElementHolding.Foreign;
        using var text = new StringValue(in element, stackalloc byte[StringValue.StackBytes]);
        if (text.Utf8.Length > PayloadIndexSectionFormat.TermBytesMax)
            return ElementHolding.None;
        entries.Add(text.Utf8, row);
        return ElementHolding.Exact;
    }
}
