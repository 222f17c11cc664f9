using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The value is a text that names a moment inside the bounds.</summary>
internal sealed class TimeTest(Bounds<Instant> bounds) : ElementTest
{
    public override bool Holds(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return false;
        using var text = new StringValue(in reader, stackalloc byte[StringValue.StackBytes]);
        return Instant.TryParse(text.Utf8, out var moment) && bounds.Contain(moment);
    }
}
