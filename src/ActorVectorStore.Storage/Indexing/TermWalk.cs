using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>Goes through the terms of an index upwards, for facets and for terms with a beginning. Needs a lease; one thread.</summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged or breaks a rule.</remarks>
internal sealed class TermWalk
{
    private readonly TermTable _terms;
    private readonly byte[] _beginning;
    private long _at;

    /// <summary>Begins before the first term.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="beginning">What the terms begin with; null for all terms.</param>
    public TermWalk(TermTable terms, byte[]? beginning = null)
    {
        _terms = terms;
        _beginning = beginning ?? [];
        _at = terms.LowerBound(_beginning) - 1;
    }

    /// <summary>The term.</summary>
    public ReadOnlySpan<byte> Term => _terms.TermAt(_at);

    /// <summary>Rows of the segment that have the term, visible or not.</summary>
    public int Rows => _terms.PostingsAt(_at).Rows;

    /// <summary>How many rows of a set have the term.</summary>
    public int CountIn(RowBitmap mask, CancellationToken cancellation) => _terms.PostingsAt(_at).CountIn(mask, cancellation);

    /// <summary>Goes to the next term; false at the end.</summary>
    public bool MoveNext() => ++_at < _terms.Count && Term.StartsWith(_beginning);
}
