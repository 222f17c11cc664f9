namespace ActorVectorStore.Testing;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). The same seed gives the same numbers on every
/// machine and framework version, so that a seed printed by a failing test is all that is needed to replay it. One thread at a time.
/// </summary>
public sealed class SeededRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _state;

    public SeededRandom(ulong seed)
    {
        Seed = seed;
        _state = seed;
    }

    /// <summary>The seed to print when a test fails.</summary>
    public ulong Seed { get; }

    /// <summary>A number that depends on both arguments and on nothing else: chance that does not depend on the order of questions.</summary>
    public static ulong Mix(ulong first, ulong second) => Finish(Finish(first + GoldenGamma) ^ (second * GoldenGamma));

    public ulong NextUInt64()
    {
        _state += GoldenGamma;
        return Finish(_state);
    }

    /// <summary>Uniform in <c>[0, bound)</c>; <paramref name="bound"/> is positive.</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)(((NextUInt64() >> 32) * (ulong)bound) >> 32);
    }

    /// <summary>Uniform in <c>[low, high)</c>.</summary>
    public int Next(int low, int high) => low + Next(high - low);

    /// <summary>Uniform in <c>[0, 1)</c>.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => NextDouble() < probability;

    public void Fill(Span<byte> bytes)
    {
        Span<byte> eight = stackalloc byte[sizeof(ulong)];
        for (var i = 0; i < bytes.Length; i += sizeof(ulong))
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(eight, NextUInt64());
            eight[..Math.Min(sizeof(ulong), bytes.Length - i)].CopyTo(bytes[i..]);
        }
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
