using System.Buffers;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorVectorStore.Model;

/// <summary>
/// The JSON object that a point carries: immutable, checked once, kept as UTF-8 without insignificant white space. Key order, number texts
/// (<c>1.0</c> stays <c>1.0</c>) and escapes are kept as written. Safe from any thread.
/// </summary>
/// <remarks>
/// <para>Refused: anything but an object at the top, text that is not well-formed UTF-8 or JSON, escapes of lone surrogates, <b>a key that occurs
/// twice in one object</b> (parsers disagree about its meaning), more than <see cref="ModelLimits.PayloadBytesMax"/> bytes, more than
/// <see cref="ModelLimits.PayloadDepthMax"/> levels.</para>
/// <para>A point without payload has <see cref="Empty"/>; JSON <c>null</c> means the same. In results, null means that the payload was not asked
/// for. Two payloads are equal if their bytes are.</para>
/// </remarks>
public sealed class Payload : IEquatable<Payload>
{
    private readonly ReadOnlyMemory<byte> _utf8;

    private Payload(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    /// <summary>The object without members: what a point has that was given no payload.</summary>
    public static Payload Empty { get; } = new("{}"u8.ToArray());

    /// <summary>The object as UTF-8 text; never changes.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>Whether the object has no members.</summary>
    public bool IsEmpty => _utf8.Length == 2;

    /// <summary>Reads JSON text: an object, or <c>null</c> for <see cref="Empty"/>.</summary>
    /// <exception cref="InvalidRequestException">The text breaks a rule in the remarks of this type.</exception>
    public static Payload Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return Parse(StrictUtf8.GetBytes(json));
        }
        catch (EncoderFallbackException error)
        {
            throw new InvalidRequestException("payload", "well-formed Unicode", "a lone surrogate", error);
        }
    }

    /// <summary>Reads UTF-8 JSON text: an object, or <c>null</c> for <see cref="Empty"/>. The bytes are copied.</summary>
    /// <exception cref="InvalidRequestException">The text breaks a rule in the remarks of this type.</exception>
    public static Payload Parse(ReadOnlySpan<byte> utf8Json)
    {
        var normalized = PayloadText.Normalize(utf8Json);
        return normalized.Length == 2 ? Empty : new Payload(normalized);
    }

    /// <summary>Takes a parsed object; an element of kind null or undefined gives <see cref="Empty"/>.</summary>
    /// <exception cref="InvalidRequestException">The element breaks a rule in the remarks of this type.</exception>
    public static Payload From(JsonElement element) => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
        ? Empty
        : Parse(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>Takes an object that was built in memory; null gives <see cref="Empty"/>. Later changes of the object do not matter.</summary>
    /// <exception cref="InvalidRequestException">The object breaks a rule in the remarks of this type.</exception>
    public static Payload From(JsonObject? value)
    {
        if (value is null)
            return Empty;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            value.WriteTo(writer);
        return Parse(buffer.WrittenSpan);
    }

    /// <summary>
    /// Takes bytes that came out of <see cref="Utf8"/> once and have been under a checksum since. Cheap: only what a later reader of the text could
    /// fail on is checked. The bytes are not copied and must not change.
    /// </summary>
    /// <returns>False if the bytes cannot be those of a payload.</returns>
    public static bool TryVerify(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out Payload? payload)
    {
        payload = PayloadText.IsObject(utf8.Span) ? FromVerified(utf8) : null;
        return payload is not null;
    }

    /// <summary>
    /// Takes bytes of a payload that this process has checked before: kept in its own memory, or read again from where a checksum guards them. Nothing is checked; the bytes are not copied and
    /// must not change.
    /// </summary>
    /// <remarks>
    /// For the one caller that checked and kept them: room Storage, whose rows hold payloads as bytes and make an object of this type for every one that
    /// a read returns. It is public because Storage is another assembly and a room opens its internals to its own tests only; everybody else wants
    /// <see cref="Parse(ReadOnlySpan{byte})"/> or, for bytes that come back from a disk, <see cref="TryVerify"/>. Bytes that are no payload's do no harm
    /// here, but make <see cref="ToElement"/> throw and are stored as they are.
    /// </remarks>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Payload FromVerified(ReadOnlyMemory<byte> utf8) => utf8.Length <= 2 ? Empty : new Payload(utf8);

    /// <summary>The object as a tree; it owns its memory and needs no disposal.</summary>
    public JsonElement ToElement() => JsonElement.Parse(_utf8.Span);

    /// <inheritdoc />
    public bool Equals(Payload? other) => other is not null && _utf8.Span.SequenceEqual(other._utf8.Span);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Payload);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>The object as JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_utf8.Span);

    private static UTF8Encoding StrictUtf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
