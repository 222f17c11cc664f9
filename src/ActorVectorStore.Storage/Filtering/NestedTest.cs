using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value is an object, and a test of rows holds for it as if it were a payload.</summary>
internal sealed class NestedTest(RowTest test) : ValueTest
{
    public override bool Holds(in Row row, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return test.Holds(row.Inside(row.Json[start..(int)reader.BytesConsumed]));
    }
}
