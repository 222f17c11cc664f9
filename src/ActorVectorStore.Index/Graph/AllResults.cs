using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>All candidates are results, and stay in the pool of candidates.</summary>
internal readonly struct AllResults : IWalkResults
{
    public ulong Worst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ulong.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(ulong key)
    {
    }
}
