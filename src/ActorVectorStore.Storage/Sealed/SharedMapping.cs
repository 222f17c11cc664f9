using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>A mapping that lives as long as its owner or any lease. Safe from any thread.</summary>
internal sealed class SharedMapping(IMappedFile mapping)
{
    // The owner's own lease is one of them; once there is none left, none can be taken.
    private int _leases = 1;

    /// <summary>Takes a lease; false if the mapping is gone.</summary>
    public bool TryAcquire()
    {
        var leases = Volatile.Read(ref _leases);
        while (leases > 0)
        {
            var seen = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (seen == leases)
                return true;
            leases = seen;
        }

        return false;
    }

    /// <summary>Gives one lease back; the last one ends the mapping.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
            mapping.Dispose();
    }

    /// <summary>Mapped bytes, unchecked. Valid while the caller holds a lease.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length) => mapping.Span(offset, length);
}
