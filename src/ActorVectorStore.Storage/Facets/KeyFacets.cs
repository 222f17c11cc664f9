using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>The keys of an integer or uuid index. Throws <see cref="CorruptionException"/> where the index is damaged.</summary>
/// <param name="index">The index.</param>
/// <param name="passing">Rows that count; null for all.</param>
internal sealed class KeyFacets(IndexSection index, RowBitmap? passing) : FacetWalk
{
    private readonly KeyTable _keys = new(index);
    private byte[] _key = [];
    private int _count;
    private long _at;

    internal override byte[] Key => _key;

    internal override long Count => _count;

    internal override bool MoveNext(CancellationToken cancellation)
    {
        while (_at < _keys.Count)
        {
            _key = _keys.KeyAt(_at).ToArray();
            _count = 0;
            for (; _at < _keys.Count && _keys.KeyAt(_at).SequenceEqual(_key); _at++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (passing is null || passing.Contains(_keys.RowAt(_at)))
                    _count++;
            }

            if (_count > 0)
                return true;
        }

        return false;
    }
}
