using System.Text.Json;

namespace ActorVectorStore.Model;

/// <summary>
/// A way through the text of a payload, value by value, that knows where each began. It stands at a value; that is left behind either whole, or member
/// by member or element by element until there are no more.
/// </summary>
internal ref struct PayloadWalker
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = ModelLimits.PayloadDepthMax };

    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;

    public PayloadWalker(ReadOnlySpan<byte> text)
    {
        _text = text;
        _reader = new Utf8JsonReader(text, Options);
        _reader.Read();
    }

    public readonly bool IsObject => _reader.TokenType == JsonTokenType.StartObject;

    public readonly bool IsArray => _reader.TokenType == JsonTokenType.StartArray;

    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    /// <summary>The key of the member, without escapes.</summary>
    /// <exception cref="InvalidRequestException">An escape names half a character, which <see cref="Payload.TryVerify"/> lets pass.</exception>
    public readonly string Key
    {
        get
        {
            try
            {
                return _reader.GetString()!;
            }
            catch (InvalidOperationException error)
            {
                throw new InvalidRequestException("payload", "escapes of whole characters", "an escape of a lone surrogate", error);
            }
        }
    }

    /// <summary>The key of the member as it is written, with its quotation marks.</summary>
    public readonly ReadOnlySpan<byte> WrittenKey => _text.Slice((int)_reader.TokenStartIndex, _reader.ValueSpan.Length + 2);

    /// <summary>Moves to the key of the next member; false behind the last.</summary>
    public bool MoveToMember()
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Moves from a key to its value.</summary>
    public void MoveToValue() => _reader.Read();

    /// <summary>Moves to the next element; false behind the last.</summary>
    public bool MoveToElement()
    {
        _reader.Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Leaves the whole value behind; its text as it is written.</summary>
    public ReadOnlySpan<byte> TakeValue()
    {
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _text[start..(int)_reader.BytesConsumed];
    }
}
