using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is one of these integers, and written as one.</summary>
internal sealed class IntegerTest(IEnumerable<long> integers) : ElementTest
{
    private readonly HashSet<long> _integers = [.. integers];

    public override bool Holds(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var integer) && _integers.Contains(integer);
}
