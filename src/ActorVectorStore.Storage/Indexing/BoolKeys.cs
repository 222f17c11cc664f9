using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>Booleans, as one byte.</summary>
internal sealed class BoolKeys : ElementKeys
{
    /// <summary>The term of a boolean.</summary>
    public static ReadOnlySpan<byte> TermOf(bool value) => value ? [1] : [0];

    public override ElementHolding Add(ref Utf8JsonReader element, IEntrySink entries, int row)
    {
        if (element.TokenType is not (JsonTokenType.True or JsonTokenType.False))
            return ElementHolding.Foreign;
        entries.Add(TermOf(element.TokenType == JsonTokenType.True), row);
        return ElementHolding.Exact;
    }
}
