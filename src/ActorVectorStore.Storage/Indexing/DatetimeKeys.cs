using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Texts that name a moment.</summary>
internal sealed class DatetimeKeys : ElementKeys
{
    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType != JsonTokenType.String)
            return ElementHolding.Foreign;
        using var text = new StringValue(in element, stackalloc byte[StringValue.StackBytes]);
        if (!Instant.TryParse(text.Utf8, out var moment))
            return ElementHolding.None;
        Span<byte> key = stackalloc byte[OrderedKey.Bytes];
        OrderedKey.Write(moment.UtcTicks, key);
        entries.Add(key, row);
        return ElementHolding.Exact;
    }
}
