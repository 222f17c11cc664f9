using System.Text;

namespace ActorVectorStore.Model;

/// <summary>The text of a payload that is being made. It grows with what is written, up to <see cref="ModelLimits.PayloadBytesMax"/>.</summary>
/// <param name="bytes">Bytes that there will be, about.</param>
internal sealed class PayloadDraft(int bytes)
{
    private byte[] _text = new byte[Math.Clamp(bytes, 2, ModelLimits.PayloadBytesMax)];
    private int _length;

    /// <summary>Writes the comma that parts a member or element from the one before it, if there is one.</summary>
    public void Separate()
    {
        // No value ends with an opening brace or bracket.
        if (_text[_length - 1] is not ((byte)'{' or (byte)'['))
            Write((byte)',');
    }

    /// <summary>Writes a key that has its quotation marks, behind what it needs before it.</summary>
    public void WriteKey(ReadOnlySpan<byte> written)
    {
        Separate();
        Write(written);
        Write((byte)':');
    }

    /// <summary>
    /// Writes a key that has no spelling yet. Only what JSON asks for is escaped: the framework's encoders also escape what their version of Unicode does
    /// not know, and would write other bytes on another version.
    /// </summary>
    public void WriteKey(string key)
    {
        Separate();
        Write((byte)'"');
        foreach (var part in Encoding.UTF8.GetBytes(key))
            WriteEscaped(part);
        Write((byte)'"');
        Write((byte)':');
    }

    public void Write(byte value) => Write([value]);

    public void Write(ReadOnlySpan<byte> value)
    {
        if (value.Length > _text.Length - _length)
            Grow(value.Length);
        value.CopyTo(_text.AsSpan(_length));
        _length += value.Length;
    }

    /// <summary>The payload; the one that it was made of if they are equal.</summary>
    /// <exception cref="InvalidRequestException">It is too deep.</exception>
    public Payload ToPayload(Payload origin)
    {
        var text = _text.AsMemory(0, _length);
        if (text.Span.SequenceEqual(origin.Utf8.Span))
            return origin;
        // Of a draft made of the parts of payloads only the depth can be wrong.
        return Payload.TryVerify(text.ToArray(), out var payload)
            ? payload
            : throw new InvalidRequestException("payload", $"at most {ModelLimits.PayloadDepthMax} levels after the change", "more");
    }

    private void WriteEscaped(byte part)
    {
        if (part < ' ')
            Write(Encoding.ASCII.GetBytes($"\\u{(int)part:x4}"));
        else if (part is (byte)'"' or (byte)'\\')
            Write([(byte)'\\', part]);
        else
            Write(part);
    }

    private void Grow(int by)
    {
        if (by > ModelLimits.PayloadBytesMax - _length)
            throw new InvalidRequestException("payload", $"at most {ModelLimits.PayloadBytesMax} bytes after the change", "more");
        Array.Resize(ref _text, (int)Math.Min(ModelLimits.PayloadBytesMax, Math.Max(_length + by, 2L * _text.Length)));
    }
}
