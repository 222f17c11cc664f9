namespace ActorVectorStore.Storage;

/// <summary>How many hold something that ends with the last of them. Begins with one, its owner's; once there is none left, none can be taken. Safe from any thread.</summary>
internal sealed class LeaseCount
{
    private int _count = 1;

    /// <summary>Takes a lease; false if the last one was given back.</summary>
    public bool TryAcquire()
    {
        var count = Volatile.Read(ref _count);
        while (count > 0)
        {
            var seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
                return true;
            count = seen;
        }

        return false;
    }

    /// <summary>Gives a lease back; true for the last one, whose holder ends the thing.</summary>
    public bool Release() => Interlocked.Decrement(ref _count) == 0;
}
