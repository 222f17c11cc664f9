namespace ActorVectorStore.Testing;

/// <summary>
/// Sparse bytes in pages that are copied on write, so that a clone costs two small objects however long the file is. Pages that were never
/// written are null and read as zero. Guarded by the disk's lock; pages that clones share are never written.
/// </summary>
internal sealed class PagedBytes
{
    public const int PageBytes = 4096;

    private Page?[] _pages = [];
    private bool _tableIsShared;

    // A page may be written in place only by the bytes whose token it carries; a clone gives both sides new tokens and so freezes every page.
    private object _token = new();

    /// <summary>Bytes at and after the length may be present only between <see cref="Put"/> and the next <see cref="CutTo"/>.</summary>
    public long Length { get; set; }

    public PagedBytes Clone()
    {
        _tableIsShared = true;
        _token = new object();
        return new PagedBytes { _pages = _pages, _tableIsShared = true, Length = Length };
    }

    /// <summary>Fills the buffer; bytes that were never put are zero. The length is not looked at.</summary>
    public void Get(Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var (index, start) = Locate(offset);
            var count = Math.Min(buffer.Length, PageBytes - start);
            if (index < _pages.Length && _pages[index] is { } page)
            {
                page.Bytes.AsSpan(start, count).CopyTo(buffer);
            }
            else
            {
                buffer[..count].Clear();
            }

            buffer = buffer[count..];
            offset += count;
        }
    }

    /// <summary>Stores bytes without touching the length.</summary>
    public void Put(ReadOnlySpan<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var (index, start) = Locate(offset);
            var count = Math.Min(bytes.Length, PageBytes - start);
            bytes[..count].CopyTo(WritablePage(index).AsSpan(start));
            bytes = bytes[count..];
            offset += count;
        }
    }

    /// <summary>Makes <c>[from, to)</c> zero without touching the length.</summary>
    public void Clear(long from, long to)
    {
        to = Math.Min(to, (long)_pages.Length * PageBytes);
        while (from < to)
        {
            var (index, start) = Locate(from);
            var count = (int)Math.Min(to - from, PageBytes - start);
            if (_pages[index] is not null)
            {
                if (count == PageBytes)
                {
                    OwnTable(_pages.Length)[index] = null;
                }
                else
                {
                    WritablePage(index).AsSpan(start, count).Clear();
                }
            }

            from += count;
        }
    }

    /// <summary>Sets the length and removes everything at and after it.</summary>
    public void CutTo(long length)
    {
        Clear(length, long.MaxValue);
        Length = length;
    }

    /// <summary>Takes over all pages of another instance that touch <c>[from, to)</c>, without copying them.</summary>
    public void Share(PagedBytes other, long from, long to)
    {
        if (to <= from)
        {
            return;
        }

        var first = (int)(from / PageBytes);
        var last = (int)((to - 1) / PageBytes);
        var table = OwnTable(Math.Min(last + 1, Math.Max(other._pages.Length, _pages.Length)));
        for (var i = first; i <= last && i < table.Length; i++)
        {
            var page = i < other._pages.Length ? other._pages[i] : null;
            if (page is not null)
            {
                page.Token = null;
            }

            table[i] = page;
        }
    }

    /// <summary>Indices of the pages that are present.</summary>
    public IEnumerable<int> PresentPages()
    {
        for (var i = 0; i < _pages.Length; i++)
        {
            if (_pages[i] is not null)
            {
                yield return i;
            }
        }
    }

    private static (int Index, int Start) Locate(long offset) => ((int)(offset / PageBytes), (int)(offset % PageBytes));

    private byte[] WritablePage(int index)
    {
        var table = OwnTable(index + 1);
        ref var page = ref table[index];
        if (page is null)
        {
            page = new Page(new byte[PageBytes]) { Token = _token };
        }
        else if (page.Token != _token)
        {
            page = new Page([.. page.Bytes]) { Token = _token };
        }

        return page.Bytes;
    }

    private Page?[] OwnTable(int atLeast)
    {
        if (_tableIsShared || _pages.Length < atLeast)
        {
            var length = _pages.Length >= atLeast ? _pages.Length : Math.Max(atLeast, _pages.Length * 2);
            var table = new Page?[length];
            _pages.CopyTo(table, 0);
            _pages = table;
            _tableIsShared = false;
        }

        return _pages;
    }

    private sealed class Page(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public object? Token { get; set; }
    }
}
