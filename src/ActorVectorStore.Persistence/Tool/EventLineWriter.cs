using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorVectorStore.Persistence;

/// <summary>Writes events as lines of JSON. One thread at a time; does not close the target.</summary>
internal sealed class EventLineWriter(Stream target) : IAsyncDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Lines so far.</summary>
    public long Count { get; private set; }

    public void Write(EventBatchReader events)
    {
        using (var json = new Utf8JsonWriter(_buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("persistenceId", events.PersistenceId);
            json.WriteNumber("sequenceNr", events.SequenceNr);
            json.WriteNumber("ordinal", events.Ordinal);
            json.WriteString("timestamp", new DateTime(events.Timestamp, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("writer", events.Shape.WriterGuid);
            WriteTags(json, events.Shape.Tags);
            json.WriteString("adapterManifest", events.Shape.AdapterManifest);
            json.WriteNumber("serializerId", events.Shape.SerializerId);
            json.WriteString("manifest", events.Shape.SerializerManifest);
            WritePayload(json, events.Payload);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
        Count++;
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        await target.WriteAsync(_buffer.WrittenMemory, cancellation).ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }

    public async ValueTask DisposeAsync() => await target.FlushAsync().ConfigureAwait(false);

    private static void WriteTags(Utf8JsonWriter json, string[] tags)
    {
        json.WriteStartArray("tags");
        foreach (var tag in tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
    }

    // A raw JSON payload keeps its spelling; line breaks in it are the one thing that a line cannot hold.
    private static void WritePayload(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        if (IsJson(payload))
        {
            json.WritePropertyName("json");
            json.WriteRawValue(payload, skipInputValidation: true);
        }
        else
        {
            json.WriteBase64String("base64", payload);
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
            }

            return System.Text.Unicode.Utf8.IsValid(payload);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
