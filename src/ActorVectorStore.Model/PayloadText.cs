using System.Text.Json;
using System.Text.Unicode;

namespace ActorVectorStore.Model;

/// <summary>Checks the text of a payload and takes insignificant white space out of it. The rules are in the remarks of <see cref="Payload"/>.</summary>
internal static class PayloadText
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = ModelLimits.PayloadDepthMax };

    /// <summary>The checked text without insignificant white space, in memory of its own; <c>null</c> becomes <c>{}</c>.</summary>
    /// <exception cref="InvalidRequestException">The text breaks a rule.</exception>
    public static byte[] Normalize(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw Invalid("well-formed UTF-8", "bytes that are not UTF-8");
        try
        {
            return new Normalizer(json).Run();
        }
        catch (JsonException error)
        {
            throw Invalid($"a JSON object of at most {ModelLimits.PayloadDepthMax} levels", $"a fault in line {error.LineNumber + 1}, "
                + $"byte {error.BytePositionInLine + 1}", error);
        }
        catch (InvalidOperationException error)
        {
            // The reader's answer to an escape such as \ud800 that names half a character.
            throw Invalid("escapes of whole characters", "an escape of a lone surrogate", error);
        }
    }

    /// <summary>
    /// Whether stored bytes are a JSON object inside the limits: cheap and without allocations, since a checksum has guarded them since
    /// <see cref="Normalize"/>, but enough that no later reader of the text can fail on its syntax.
    /// </summary>
    public static bool IsObject(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 2 or > ModelLimits.PayloadBytesMax || utf8[0] != '{' || utf8[^1] != '}' || !Utf8.IsValid(utf8))
            return false;
        if (utf8.Length == 2)
            return true;
        try
        {
            var reader = new Utf8JsonReader(utf8, Strict);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static InvalidRequestException Invalid(string expected, string found, Exception? cause = null) =>
        new("payload", expected, found, cause);

    /// <summary>One pass over one text: reads tokens, writes them without the space between them, and remembers the keys of the open objects.</summary>
    private ref struct Normalizer(ReadOnlySpan<byte> json)
    {
        private readonly byte[] _output = new byte[Math.Max(2, Math.Min(json.Length, ModelLimits.PayloadBytesMax))];
        private readonly List<HashSet<string>> _keys = [];
        private Utf8JsonReader _reader = new(json, Strict);
        private int _length;
        private bool _afterValue;

        public byte[] Run()
        {
            if (!_reader.Read())
                throw Invalid("a JSON object", "an empty text");
            if (_reader.TokenType == JsonTokenType.Null)
            {
                RequireEnd();
                return "{}"u8.ToArray();
            }

            if (_reader.TokenType != JsonTokenType.StartObject)
                throw Invalid("a JSON object", $"a JSON value of kind {_reader.TokenType}");
            do
            {
                WriteToken();
            }
            while (_reader.Read());

            return _length == _output.Length ? _output : _output[.._length];
        }

        private void RequireEnd()
        {
            while (_reader.Read())
            {
            }
        }

        private void WriteToken()
        {
            var token = _reader.TokenType;
            if (_afterValue && token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                Write((byte)',');
            _afterValue = token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            switch (token)
            {
                case JsonTokenType.PropertyName:
                    RequireNewKey();
                    WriteQuoted();
                    Write((byte)':');
                    break;
                case JsonTokenType.String:
                    if (_reader.ValueIsEscaped)
                        _ = _reader.GetString();
                    WriteQuoted();
                    break;
                default:
                    if (token == JsonTokenType.StartObject)
                        OpenKeys();
                    Write(_reader.ValueSpan);
                    break;
            }
        }

        private void OpenKeys()
        {
            while (_keys.Count <= _reader.CurrentDepth)
                _keys.Add(new HashSet<string>(StringComparer.Ordinal));
            _keys[_reader.CurrentDepth].Clear();
        }

        private void RequireNewKey()
        {
            // A key is one level deeper than the brace that opened its object.
            var key = _reader.GetString()!;
            if (!_keys[_reader.CurrentDepth - 1].Add(key))
                throw Invalid("keys that occur once in their object", $"key {Quotation.Of(key)} twice");
        }

        private void WriteQuoted()
        {
            Write((byte)'"');
            Write(_reader.ValueSpan);
            Write((byte)'"');
        }

        private void Write(byte value)
        {
            RequireRoom(1);
            _output[_length++] = value;
        }

        private void Write(ReadOnlySpan<byte> bytes)
        {
            RequireRoom(bytes.Length);
            bytes.CopyTo(_output.AsSpan(_length));
            _length += bytes.Length;
        }

        private readonly void RequireRoom(int bytes)
        {
            if (bytes > _output.Length - _length)
                throw Invalid($"at most {ModelLimits.PayloadBytesMax} bytes", "more");
        }
    }
}
