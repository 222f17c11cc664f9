namespace ActorVectorStore.Wal;

/// <summary>What makes a frame valid at one position of one log only: the seed of its checksum.</summary>
/// <param name="Salt">Random number of the log.</param>
/// <param name="IsOpen">For <see cref="WalMutations.SkipSalt"/>: every position has the same seed.</param>
internal readonly record struct FrameSeal(ulong Salt, bool IsOpen = false)
{
    /// <summary>Multiplication by an odd number loses nothing, so each position of a log has its own seed.</summary>
    public long Seed(WalPosition position) =>
        IsOpen ? 0 : unchecked((long)(Salt ^ (position.ToUInt64() * 0x9E3779B97F4A7C15UL)));
}
