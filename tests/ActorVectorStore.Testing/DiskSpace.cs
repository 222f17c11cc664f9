namespace ActorVectorStore.Testing;

/// <summary>The disk's space budget, in blocks. Guarded by the disk's lock.</summary>
internal sealed class DiskSpace
{
    private long _usedBlocks;

    public long CapacityBytes { get; set; } = 1L << 40;

    public long UsedBytes => _usedBlocks * AllocationMap.BlockBytes;

    public long AvailableBytes => Math.Max(0, CapacityBytes - UsedBytes);

    public void Count(FileNode file) => _usedBlocks += file.Space.Count;

    /// <summary>
    /// Takes the space that a write of <c>[from, to)</c> lacks. On a full disk it takes what there is, in order, and says how many bytes of
    /// the range have space, as a kernel writes the head of a write and fails the rest.
    /// </summary>
    public bool TryTake(FileNode file, long from, long to, out long fitting)
    {
        for (var block = from / AllocationMap.BlockBytes; block * AllocationMap.BlockBytes < to; block++)
        {
            if (file.Space.Contains(block))
            {
                continue;
            }

            if (AvailableBytes < AllocationMap.BlockBytes)
            {
                fitting = Math.Max(0, (block * AllocationMap.BlockBytes) - from);
                return false;
            }

            file.Space.AddBlock(block);
            _usedBlocks++;
        }

        fitting = to - from;
        return true;
    }

    /// <summary>Takes the space for the first bytes of a file, or nothing if there is not enough for all.</summary>
    public bool TryReserve(FileNode file, long length)
    {
        var missing = file.Space.CountMissing(0, length);
        if (missing * AllocationMap.BlockBytes > AvailableBytes)
        {
            return false;
        }

        file.Space.Add(0, length);
        _usedBlocks += missing;
        return true;
    }

    /// <summary>Frees what a file has behind a length.</summary>
    public void GiveBack(FileNode file, long length)
    {
        var before = file.Space.Count;
        file.Space.CutTo(length);
        _usedBlocks -= before - file.Space.Count;
    }

    /// <summary>Frees a file that nothing can reach any more.</summary>
    public void ForgetIfGone(FileNode file)
    {
        if (file.LiveNames == 0 && file.Handles == 0)
        {
            _usedBlocks -= file.Space.Count;
        }
    }
}
