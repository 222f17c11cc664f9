using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is null.</summary>
internal sealed class NullTest : ValueTest
{
    public override bool Holds(in Row row, ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;
}
