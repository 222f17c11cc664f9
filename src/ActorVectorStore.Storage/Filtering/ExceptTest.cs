using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is not null and does not pass a test.</summary>
internal sealed class ExceptTest(ElementTest test) : ElementTest
{
    public override bool Holds(ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.Null && !test.Holds(ref reader);
}
