namespace ActorVectorStore.Storage;

/// <summary>Walks merged by value; counts of one value are added, since no point is in two walks.</summary>
internal sealed class MergedFacets : FacetWalk
{
    private readonly PriorityQueue<FacetWalk, byte[]> _next = new(KeyOrder.Instance);
    private byte[] _key = [];
    private long _count;

    /// <summary>Goes to the first value of each walk.</summary>
    public MergedFacets(IEnumerable<FacetWalk> walks, CancellationToken cancellation)
    {
        foreach (var walk in walks)
            Advance(walk, cancellation);
    }

    internal override byte[] Key => _key;

    internal override long Count => _count;

    internal override bool MoveNext(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_next.TryPeek(out _, out var key))
            return false;
        (_key, _count) = (key, 0);
        while (_next.TryPeek(out var walk, out key) && key.AsSpan().SequenceEqual(_key))
        {
            _next.Dequeue();
            _count += walk.Count;
            Advance(walk, cancellation);
        }

        return true;
    }

    private void Advance(FacetWalk walk, CancellationToken cancellation)
    {
        if (walk.MoveNext(cancellation))
            _next.Enqueue(walk, walk.Key);
    }
}
