using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// A walk through an index that goes on with the payloads where the index turns out to be damaged: behind the last value, for those up to it were whole.
/// </summary>
/// <param name="open">Begins the walk through the index.</param>
/// <param name="scanAfter">Begins one through the payloads, behind a value.</param>
/// <param name="onDamage">Told if the index is damaged.</param>
internal sealed class MendedFacets(Func<FacetWalk> open, Func<byte[]?, FacetWalk> scanAfter, Action onDamage) : FacetWalk
{
    private FacetWalk? _walk;
    private bool _isScan;
    private byte[]? _last;

    internal override byte[] Key => _walk!.Key;

    internal override long Count => _walk!.Count;

    internal override bool MoveNext(CancellationToken cancellation)
    {
        if (_isScan)
            return _walk!.MoveNext(cancellation);
        try
        {
            _walk ??= open();
            if (!_walk.MoveNext(cancellation))
                return false;
            // Values out of order are damage that no checksum tells.
            if (_last is null || KeyOrder.Instance.Compare(_last, _walk.Key) < 0)
            {
                _last = _walk.Key;
                return true;
            }
        }
        catch (CorruptionException)
        {
            // The payloads are read instead; that they must be is told below.
        }

        onDamage();
        (_walk, _isScan) = (scanAfter(_last), true);
        return _walk.MoveNext(cancellation);
    }
}
