using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>The entries of one run in a temporary file, which <see cref="EntrySorter"/> wrote. Holds 64 KiB.</summary>
/// <param name="file">The file.</param>
/// <param name="start">First byte of the run.</param>
/// <param name="end">First byte behind it.</param>
internal sealed class RunCursor(IFile file, long start, long end) : EntryCursor
{
    /// <summary>Bytes before a key: its length and its row.</summary>
    public const int HeadBytes = 8;

    private const int BufferBytes = 64 << 10;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _next = start;
    private int _at;
    private int _filled;
    private int _keyBytes;

    public override ReadOnlySpan<byte> Key => _buffer.AsSpan(_at + HeadBytes, _keyBytes);

    public override int Row => BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_at + sizeof(int)));

    public override bool MoveNext()
    {
        if (_filled > 0)
            _at += HeadBytes + _keyBytes;
        if (!TryHave(HeadBytes))
            return false;
        _keyBytes = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_at));
        if (_keyBytes is < 0 or > PayloadIndexSectionFormat.TermBytesMax || !TryHave(HeadBytes + _keyBytes))
            throw new CorruptionException(file.Path, _next, $"a run of index entries up to {end}", $"a key of {_keyBytes} bytes");
        return true;
    }

    private bool TryHave(int bytes)
    {
        if (_filled - _at >= bytes)
            return true;
        _buffer.AsSpan(_at, _filled - _at).CopyTo(_buffer);
        (_at, _filled) = (0, _filled - _at);
        var wanted = (int)Math.Min(_buffer.Length - _filled, end - _next);
        var read = file.Read(_buffer.AsSpan(_filled, wanted), _next);
        _next += read;
        _filled += read;
        return _filled >= bytes;
    }
}
