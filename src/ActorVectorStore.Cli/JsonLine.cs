using System.Text.Json;

namespace ActorVectorStore.Cli;

/// <summary>One JSON object as a line of the standard output.</summary>
internal static class JsonLine
{
    public static void Print(Action<Utf8JsonWriter> members)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
