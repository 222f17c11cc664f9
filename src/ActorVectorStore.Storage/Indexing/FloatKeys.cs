using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>All numbers, each as the nearest double.</summary>
internal sealed class FloatKeys : ElementKeys
{
    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType != JsonTokenType.Number)
            return ElementHolding.Foreign;
        var nearest = element.GetDouble();
        Span<byte> key = stackalloc byte[OrderedKey.Bytes];
        OrderedKey.Write(nearest, key);
        entries.Add(key, row);
        return Number.From(nearest).CompareTo(NumberTest.Read(in element)) == 0 ? ElementHolding.Exact : ElementHolding.Inexact;
    }
}
