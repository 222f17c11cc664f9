using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>The value passes or, where it is an array, any of its elements.</summary>
internal sealed class AnyElementTest(ElementTest test) : ValueTest
{
    public override bool Holds(in Row row, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return test.Holds(ref reader);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var element = reader;
            if (test.Holds(ref element))
                return true;
            reader.Skip();
        }

        return false;
    }
}
