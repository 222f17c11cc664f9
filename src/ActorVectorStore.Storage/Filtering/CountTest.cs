using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The number of values, as <see cref="ValuesCount"/> counts them, is inside the bounds.</summary>
internal sealed class CountTest(Bounds<int> bounds) : ValueTest
{
    public override bool Holds(in Row row, ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => bounds.Contain(0),
        JsonTokenType.StartArray => bounds.Contain(CountElements(ref reader)),
        _ => bounds.Contain(1),
    };

    private static int CountElements(ref Utf8JsonReader reader)
    {
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
            reader.Skip();
        return count;
    }
}
