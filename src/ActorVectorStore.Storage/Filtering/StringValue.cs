using System.Buffers;
using System.Text.Json;

namespace ActorVectorStore.Storage;

/// <summary>
/// The UTF-8 of a JSON string, unescaped only if it has escapes: then in the caller's buffer or, where that is too short, in rented memory until
/// disposal.
/// </summary>
internal readonly ref struct StringValue
{
    /// <summary>A good length of the caller's buffer.</summary>
    public const int StackBytes = 256;

    private readonly byte[]? _rented;

    /// <param name="reader">At a string.</param>
    /// <param name="buffer">Used only while this is.</param>
    public StringValue(in Utf8JsonReader reader, Span<byte> buffer)
    {
        if (!reader.ValueIsEscaped)
        {
            Utf8 = reader.ValueSpan;
            return;
        }

        // Unescaped it is never longer.
        if (reader.ValueSpan.Length > buffer.Length)
            buffer = _rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        Utf8 = buffer[..reader.CopyString(buffer)];
    }

    public ReadOnlySpan<byte> Utf8 { get; }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
