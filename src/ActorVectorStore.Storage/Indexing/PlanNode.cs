namespace ActorVectorStore.Storage;

/// <summary>A condition of a filter on the rows of one segment, found in its indexes and not read yet. Needs a lease; without state.</summary>
/// <param name="bound">How many rows of the segment it holds for.</param>
/// <param name="cost">Entries of postings that are read to evaluate it, about.</param>
internal abstract class PlanNode(RowBound bound, long cost)
{
    /// <summary>
    /// Entries of postings that take about as long to read as one payload: a few nanoseconds each against ten to fifty microseconds, in which a block of
    /// payloads is decompressed.
    /// </summary>
    public const int EntriesPerPayload = 4_096;

    /// <summary>How many rows of the segment it holds for.</summary>
    public RowBound Bound => bound;

    /// <summary>Entries of postings that are read to evaluate it, about.</summary>
    public long Cost => cost;

    /// <summary>For which rows it holds.</summary>
    /// <param name="among">The rows that matter: an answer has no others. It is not changed.</param>
    /// <param name="cancellation">Looked at before each piece of an index.</param>
    public abstract PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation);
}
