using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The value is a number inside the bounds.</summary>
internal sealed class NumberTest(Bounds<Number> bounds) : ElementTest
{
    public override bool Holds(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number && bounds.Contain(Read(in reader));

    /// <summary>The number that a reader is at.</summary>
    // Beyond the range of double the framework reads an infinity, as Number wants it.
    public static Number Read(in Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var signed))
            return Number.From(signed);
        return reader.TryGetUInt64(out var unsigned) ? Number.From(unsigned) : Number.From(reader.GetDouble());
    }
}
