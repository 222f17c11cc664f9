using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>Objects that are places.</summary>
internal sealed class GeoKeys : ElementKeys
{
    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType != JsonTokenType.StartObject)
            return ElementHolding.Foreign;
        if (!PlaceTest.TryRead(ref element, out var place))
            return ElementHolding.None;
        Span<byte> key = stackalloc byte[PayloadIndexSectionFormat.PlaceKeyBytes];
        PlaceKey.Write(place, key);
        entries.Add(key, row);
        return ElementHolding.Exact;
    }
}
