namespace ActorVectorStore.Storage;

/// <summary>Goes through sorted entries term by term. One thread.</summary>
internal sealed class TermCursor
{
    private readonly EntryCursor _entries;
    private bool _hasNext;
    private byte[] _term = [];
    private int _termBytes;

    public TermCursor(EntryCursor entries)
    {
        _entries = entries;
        _hasNext = entries.MoveNext();
    }

    /// <summary>The term.</summary>
    public ReadOnlySpan<byte> Term => _term.AsSpan(0, _termBytes);

    /// <summary>Its rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Terms so far.</summary>
    public long Count { get; private set; }

    /// <summary>Goes through the entries of the next term; false if there is none.</summary>
    /// <param name="postings">Gets the term's rows, and their end; may be null.</param>
    public bool MoveNext(PostingsWriter? postings)
    {
        if (!_hasNext)
            return false;
        Keep(_entries.Key);
        for (Rows = 0; _hasNext && _entries.Key.SequenceEqual(Term); Rows++)
        {
            postings?.Add(_entries.Row);
            _hasNext = _entries.MoveNext();
        }

        postings?.End();
        Count++;
        return true;
    }

    private void Keep(ReadOnlySpan<byte> term)
    {
        if (term.Length > _term.Length)
            _term = new byte[term.Length * 2];
        term.CopyTo(_term);
        _termBytes = term.Length;
    }
}
