namespace ActorVectorStore.Model;

/// <summary>
/// Which shard a point lives in. The function is part of the stored format of every collection: it never changes, and a test holds it to
/// recorded values.
/// </summary>
public static class ShardRouting
{
    // Keeps number n apart from the UUID whose last bytes are n.
    private const ulong UuidSalt = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The shard of a point, 0 to <paramref name="shardCount"/> - 1; points spread evenly whatever pattern the ids have.</summary>
    public static int ShardOf(PointId id, int shardCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shardCount, ModelLimits.ShardCountMax);
        var hash = id.IsUuid ? Mix(Mix(id.High ^ UuidSalt) ^ id.Low) : Mix(id.Low);
        return (int)Math.BigMul(hash, (ulong)shardCount, out _);
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014): each input bit flips each output bit with probability about one half.</summary>
    private static ulong Mix(ulong value)
    {
        value += UuidSalt;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
