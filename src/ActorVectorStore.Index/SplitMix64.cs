namespace ActorVectorStore.Index;

/// <summary>A seeded generator of numbers, the same on every machine for ever. Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).</summary>
internal struct SplitMix64(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += Golden);

    /// <summary>A number of <c>[0, bound)</c>.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>64 bits that depend on each bit of the value.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
