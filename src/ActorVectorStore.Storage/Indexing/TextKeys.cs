using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The tokens of texts.</summary>
internal sealed class TextKeys : ElementKeys
{
    private readonly TextTokens _tokens;
    private readonly Action<ReadOnlySpan<byte>> _add;
    private IEntrySink? _entries;
    private int _row;

    public TextKeys(TextIndexOptions options)
    {
        _tokens = new TextTokens(options);
        _add = token => _entries!.Add(token, _row);
    }

    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType != JsonTokenType.String)
            return ElementHolding.Foreign;
        using var text = new StringValue(in element, stackalloc byte[StringValue.StackBytes]);
        (_entries, _row) = (entries, row);
        _tokens.Read(text.Utf8, _add);
        return ElementHolding.Exact;
    }
}
