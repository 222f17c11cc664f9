using System.Numerics;

namespace ActorVectorStore.Testing;

/// <summary>Which blocks of a file have disk space, by writing or by reservation. A block is one page.</summary>
internal sealed class AllocationMap
{
    public const int BlockBytes = PagedBytes.PageBytes;

    private ulong[] _bits = [];

    /// <summary>Blocks that have space.</summary>
    public long Count { get; private set; }

    public AllocationMap Clone() => new() { _bits = [.. _bits], Count = Count };

    public bool Contains(long block) => block / 64 < _bits.Length && (_bits[block / 64] & Bit(block)) != 0;

    /// <summary>Number of blocks in the byte range <c>[from, to)</c> that have no space yet.</summary>
    public long CountMissing(long from, long to)
    {
        var missing = 0L;
        for (var block = from / BlockBytes; block * BlockBytes < to; block++)
        {
            missing += Contains(block) ? 0 : 1;
        }

        return missing;
    }

    public void Add(long from, long to)
    {
        for (var block = from / BlockBytes; block * BlockBytes < to; block++)
        {
            AddBlock(block);
        }
    }

    public void AddBlock(long block)
    {
        if (Contains(block))
        {
            return;
        }

        if (block / 64 >= _bits.Length)
        {
            Array.Resize(ref _bits, (int)Math.Max((block / 64) + 1, _bits.Length * 2));
        }

        _bits[block / 64] |= Bit(block);
        Count++;
    }

    /// <summary>Gives up the blocks that lie wholly at or after a length.</summary>
    public void CutTo(long length)
    {
        var firstFree = (length + BlockBytes - 1) / BlockBytes;
        for (var word = firstFree / 64; word < _bits.Length; word++)
        {
            var keep = word == firstFree / 64 ? Bit(firstFree) - 1 : 0;
            Count -= BitOperations.PopCount(_bits[word] & ~keep);
            _bits[word] &= keep;
        }
    }

    private static ulong Bit(long block) => 1UL << (int)(block % 64);
}
