using System.Numerics;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>
/// Latencies in buckets whose width is at most 1/64 of their value, up to about 68 seconds. One writer at a time; recording allocates nothing.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 6;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int ExponentMax = 36;

    private readonly long[] _counts = new long[(ExponentMax - SubBucketBits + 1) * SubBuckets];

    public long Count { get; private set; }

    public void Record(TimeSpan latency)
    {
        _counts[BucketOf(Math.Max(0, (long)latency.TotalNanoseconds))]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The latency, in microseconds, that the given part (0 to 1) of all recorded ones did not exceed; 0 if none was recorded.</summary>
    public double Microseconds(double quantile)
    {
        var rank = (long)Math.Ceiling(quantile * Count);
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0)
            {
                return UpperBoundOf(i) / 1000.0;
            }
        }

        return 0;
    }

    private static int BucketOf(long nanoseconds)
    {
        if (nanoseconds < SubBuckets)
        {
            return (int)nanoseconds;
        }

        var exponent = BitOperations.Log2((ulong)nanoseconds);
        if (exponent >= ExponentMax)
        {
            return ((ExponentMax - SubBucketBits + 1) * SubBuckets) - 1;
        }

        var subBucket = (int)(nanoseconds >> (exponent - SubBucketBits)) - SubBuckets;
        return ((exponent - SubBucketBits + 1) * SubBuckets) + subBucket;
    }

    private static long UpperBoundOf(int bucket)
    {
        if (bucket < SubBuckets)
        {
            return bucket;
        }

        var shift = (bucket / SubBuckets) - 1;
        return (((long)(bucket % SubBuckets) + SubBuckets + 1) << shift) - 1;
    }
}
