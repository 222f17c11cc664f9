using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is neither null nor an array without elements.</summary>
internal sealed class NonEmptyTest : ValueTest
{
    public override bool Holds(in Row row, ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => false,
        JsonTokenType.StartArray => reader.Read() && reader.TokenType != JsonTokenType.EndArray,
        _ => true,
    };
}
