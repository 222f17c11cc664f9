using System.Runtime.CompilerServices;

namespace ActorVectorStore.Storage;

/// <summary>
/// Payload blocks that were decompressed lately, for any number of segments. Each block has one place, from which a later one drives it out: no lock, no
/// order of use. Holds at most <paramref name="blocksMax"/> times 32 KiB; longer blocks are not kept. Blocks of a closed segment stay until they are driven out.
/// Safe from any thread.
/// </summary>
/// <param name="blocksMax">Blocks, at least 1.</param>
internal sealed class PayloadBlockCache(int blocksMax)
{
    private readonly Entry?[] _entries = new Entry?[blocksMax];
    private long _heldBytes;

    /// <summary>Bytes of the blocks that are kept now.</summary>
    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>The block if it is there, otherwise null.</summary>
    public byte[]? Find(object owner, int block)
    {
        var entry = Volatile.Read(ref _entries[PlaceOf(owner, block)]);
        return entry is not null && ReferenceEquals(entry.Owner, owner) && entry.Block == block ? entry.Bytes : null;
    }

    /// <summary>Keeps a block. Its bytes must not change any more.</summary>
    public void Keep(object owner, int block, byte[] bytes)
    {
        if (bytes.Length > SealedSegmentFormat.PayloadBlockBytesTarget)
            return;
        var drivenOut = Interlocked.Exchange(ref _entries[PlaceOf(owner, block)], new Entry(owner, block, bytes));
        Interlocked.Add(ref _heldBytes, bytes.Length - (drivenOut?.Bytes.Length ?? 0));
    }

    private int PlaceOf(object owner, int block) =>
        (int)((uint)unchecked((RuntimeHelpers.GetHashCode(owner) * 31) + block) % (uint)_entries.Length);

    private sealed record Entry(object Owner, int Block, byte[] Bytes);
}
