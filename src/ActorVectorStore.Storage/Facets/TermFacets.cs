using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>The terms of a keyword or bool index. Throws <see cref="CorruptionException"/> where the index is damaged.</summary>
/// <param name="index">The index.</param>
/// <param name="passing">Rows that count; null for all.</param>
internal sealed class TermFacets(IndexSection index, RowBitmap? passing) : FacetWalk
{
    private readonly TermWalk _walk = new(new TermTable(index));
    private byte[] _key = [];
    private int _count;

    internal override byte[] Key => _key;

    internal override long Count => _count;

    internal override bool MoveNext(CancellationToken cancellation)
    {
        while (_walk.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            _count = passing is null ? _walk.Rows : _walk.CountIn(passing, cancellation);
            if (_count == 0)
                continue;
            _key = _walk.Term.ToArray();
            return true;
        }

        return false;
    }
}
