namespace ActorVectorStore.Testing;

/// <summary>
/// What files that are gone left on the disk. A file system that hands a block to a new file before it is written shows these bytes after a
/// power loss; for a log they are the worst garbage there is, because its own old segments pass for valid.
/// </summary>
internal sealed class FreedBytes
{
    private const int PagesMax = 64;

    private byte[][] _pages = [];

    public FreedBytes Clone() => new() { _pages = _pages };

    public void Add(PagedBytes gone)
    {
        var fresh = new List<byte[]>();
        foreach (var index in gone.PresentPages().Take(PagesMax))
        {
            var page = new byte[PagedBytes.PageBytes];
            gone.Get(page, (long)index * PagedBytes.PageBytes);
            fresh.Add(page);
        }

        _pages = [.. _pages.Concat(fresh).TakeLast(PagesMax)];
    }

    /// <summary>One freed sector that had the same place in its page, or nothing if no file is gone yet.</summary>
    public ReadOnlySpan<byte> Sector(long sector, ulong choice)
    {
        if (_pages.Length == 0)
        {
            return [];
        }

        var start = (int)(sector * FileContent.SectorBytes % PagedBytes.PageBytes);
        return _pages[choice % (ulong)_pages.Length].AsSpan(start, FileContent.SectorBytes);
    }
}
