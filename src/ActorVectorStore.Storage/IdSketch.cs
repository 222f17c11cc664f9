using System.Numerics;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Says of most ids that a segment does not have that it does not, in one touch of memory; never so of one that it has. A Bloom filter whose bits for one id lie in one
/// word (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007). Immutable; any thread.
/// </summary>
internal sealed class IdSketch
{
    private const int BitsPerId = 16;
    private const int BitsPerWord = 64;

    // The fractional part of the golden ratio, odd: spreads the 32 bits of a hash code over 64.
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong[] _words;

    /// <summary>A sketch of ids.</summary>
    /// <param name="ids">The ids; some may be there twice.</param>
    /// <param name="count">Their number.</param>
    public IdSketch(IEnumerable<PointId> ids, int count)
    {
        _words = new ulong[Math.Max(1, (int)((((long)count * BitsPerId) + BitsPerWord - 1) / BitsPerWord))];
        foreach (var id in ids)
        {
            var (word, bits) = PlaceOf(id);
            _words[word] |= bits;
        }
    }

    /// <summary>Memory held.</summary>
    public long MemoryBytes => (long)_words.Length * sizeof(ulong);

    /// <summary>False: the id is not there. True says nothing.</summary>
    public bool MayHave(PointId id)
    {
        var (word, bits) = PlaceOf(id);
        return (_words[word] & bits) == bits;
    }

    // The upper half of the hash chooses the word, four times six bits of the lower one the bits.
    private (int Word, ulong Bits) PlaceOf(PointId id)
    {
        var hash = (ulong)(uint)id.GetHashCode() * Spread;
        hash ^= BitOperations.RotateRight(hash, 29);
        hash *= Spread;
        var word = (int)(((hash >> 32) * (ulong)_words.Length) >> 32);
        var bits = (1UL << (int)(hash & 63)) | (1UL << (int)((hash >> 6) & 63)) | (1UL << (int)((hash >> 12) & 63)) | (1UL << (int)((hash >> 18) & 63));
        return (word, bits);
    }
}
