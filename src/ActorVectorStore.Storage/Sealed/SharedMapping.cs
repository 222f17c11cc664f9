using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>A mapping that lives as long as its owner or any lease. Safe from any thread.</summary>
internal sealed class SharedMapping(IMappedFile mapping)
{
    private readonly LeaseCount _leases = new();

    /// <summary>Takes a lease; false if the mapping is gone.</summary>
    public bool TryAcquire() => _leases.TryAcquire();

    /// <summary>Gives one lease back; the last one ends the mapping.</summary>
    public void Release()
    {
        if (_leases.Release())
            mapping.Dispose();
    }

    /// <summary>Mapped bytes, unchecked. Valid while the caller holds a lease.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length) => mapping.Span(offset, length);

    /// <summary>Has these bytes fetched, and not what is around them. The caller holds a lease.</summary>
    public void WillNeed(long offset, int length) => mapping.WillNeed(offset, length);
}
