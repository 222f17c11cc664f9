namespace ActorVectorStore.Storage;

/// <summary>
/// Keeps the UTF-8 of payloads end to end in a few large arrays, so that a million payloads are not a million objects and none keeps the log event
/// alive that it came in. Append-only: bytes that were handed out never change, unless their writer says that nobody has them. One writer.
/// </summary>
internal sealed class PayloadArena
{
    private const int BlockBytes = 64 << 10;

    private byte[] _block = [];
    private int _used;

    /// <summary>Bytes allocated.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Where the next payload comes.</summary>
    public Place End => new(_block, _used, AllocatedBytes);

    public PayloadSlot Append(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length == 0)
            return default;
        // A payload that would waste a good part of a block gets an array of its own; the open block stays open.
        if (utf8.Length > BlockBytes / 4)
            return new PayloadSlot(Allocate(utf8.Length, utf8), 0, utf8.Length);
        if (utf8.Length > _block.Length - _used)
        {
            _block = Allocate(BlockBytes, default);
            _used = 0;
        }

        utf8.CopyTo(_block.AsSpan(_used));
        var slot = new PayloadSlot(_block, _used, utf8.Length);
        _used += utf8.Length;
        return slot;
    }

    /// <summary>Forgets what was appended since the arena ended here; nobody has any of it any more.</summary>
    public void Return(Place end) => (_block, _used, AllocatedBytes) = (end.Block ?? [], end.Used, end.AllocatedBytes);

    private byte[] Allocate(int length, ReadOnlySpan<byte> content)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        content.CopyTo(bytes);
        AllocatedBytes += length;
        return bytes;
    }

    /// <summary>An end of the arena; the default is that of an empty one.</summary>
    internal readonly record struct Place(byte[]? Block, int Used, long AllocatedBytes);
}
