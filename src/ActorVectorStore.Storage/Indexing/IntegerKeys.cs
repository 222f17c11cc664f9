using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>Integers of 64 bits with sign that are written as such.</summary>
internal sealed class IntegerKeys : ElementKeys
{
    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType != JsonTokenType.Number)
            return ElementHolding.Foreign;
        if (!element.TryGetInt64(out var integer))
            return ElementHolding.None;
        Span<byte> key = stackalloc byte[OrderedKey.Bytes];
        OrderedKey.Write(integer, key);
        entries.Add(key, row);
        return ElementHolding.Exact;
    }
}
