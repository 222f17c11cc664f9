using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Rows that an index finds, not read yet. Making one takes searches in tables; reading it takes what it has. Needs a lease; without state. Making and
/// reading throw <see cref="CorruptionException"/> if what they touch is damaged or breaks a rule.
/// </summary>
/// <param name="rowCount">Rows of the segment.</param>
/// <param name="bound">How many rows these are.</param>
/// <param name="cost">Entries of postings that are read to read it, about.</param>
internal abstract class RowSet(int rowCount, RowBound bound, long cost)
{
    /// <summary>Rows of the segment.</summary>
    public int RowCount => rowCount;

    /// <summary>How many rows these are.</summary>
    public RowBound Bound => bound;

    /// <summary>Entries of postings that are read to read it, about.</summary>
    public long Cost => cost;

    /// <summary>Puts the rows into a set; some may be in already if it fails.</summary>
    public abstract void AddTo(RowBitmap target, CancellationToken cancellation);

    /// <summary>The rows as a set of their own.</summary>
    public RowBitmap Read(CancellationToken cancellation)
    {
        var rows = new RowBitmap(rowCount);
        AddTo(rows, cancellation);
        return rows;
    }
}
