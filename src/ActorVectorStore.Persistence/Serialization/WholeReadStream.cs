namespace ActorVectorStore.Persistence;

/// <summary>
/// Reads an array and throws where it ends. The Hyperion library takes the end of a stream for more and more empty values, so that a false count
/// would keep it busy for hours.
/// </summary>
internal sealed class WholeReadStream(byte[] bytes) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int ReadByte() => _position < bytes.Length ? bytes[_position++] : throw End(1);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length > bytes.Length - _position)
        {
            throw End(buffer.Length);
        }

        bytes.AsSpan(_position, buffer.Length).CopyTo(buffer);
        _position += buffer.Length;
        return buffer.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private EndOfStreamException End(int count) => new($"Expected {count} more bytes at {_position}; found {bytes.Length - _position}.");
}
