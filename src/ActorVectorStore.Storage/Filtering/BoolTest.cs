using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is this boolean.</summary>
internal sealed class BoolTest(bool value) : ElementTest
{
    private readonly JsonTokenType _token = value ? JsonTokenType.True : JsonTokenType.False;

    public override bool Holds(ref Utf8JsonReader reader) => reader.TokenType == _token;
}
