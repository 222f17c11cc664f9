using System.Text;
using System.Text.Json;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A path made ready to be walked through payloads; <see cref="PayloadPath"/> says where it leads to.</summary>
internal sealed class ValuePath
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = ModelLimits.PayloadDepthMax };

    private readonly Step[] _steps;

    public ValuePath(PayloadPath path) =>
        _steps = [.. path.Steps.Select(step => new Step(step.Kind, Encoding.UTF8.GetBytes(step.Key), step.Index))];

    /// <summary>Whether any value at the end of the path passes. Reads no further than to the first that does.</summary>
    public bool LeadsToAny(in Row row, ValueTest test)
    {
        var reader = new Utf8JsonReader(row.Json, Options);
        return reader.Read() && LeadsToAny(0, in row, ref reader, test);
    }

    // The reader is at the first token of a value. It is left anywhere inside it.
    private bool LeadsToAny(int at, in Row row, ref Utf8JsonReader reader, ValueTest test)
    {
        if (at == _steps.Length)
            return test.Holds(in row, ref reader);
        var step = _steps[at];
        return step.Kind switch
        {
            PathStepKind.Key => Enter(ref reader, step.Key) && LeadsToAny(at + 1, in row, ref reader, test),
            PathStepKind.Element => Enter(ref reader, step.Index) && LeadsToAny(at + 1, in row, ref reader, test),
            _ => AnyElementLeadsToAny(at + 1, in row, ref reader, test),
        };
    }

    private bool AnyElementLeadsToAny(int at, in Row row, ref Utf8JsonReader reader, ValueTest test)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var element = reader;
            if (LeadsToAny(at, in row, ref element, test))
                return true;
            reader.Skip();
        }

        return false;
    }

    // A key occurs once in its object: payloads are checked for that.
    private static bool Enter(ref Utf8JsonReader reader, byte[] key)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFound = reader.ValueTextEquals(key);
            reader.Read();
            if (isFound)
                return true;
            reader.Skip();
        }

        return false;
    }

    private static bool Enter(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (index-- == 0)
                return true;
            reader.Skip();
        }

        return false;
    }

    private readonly record struct Step(PathStepKind Kind, byte[] Key, int Index);
}
