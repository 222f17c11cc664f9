using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>The vectors that may be found, one bit for each by its number. The memory is the caller's, for as long as the search lasts.</summary>
public readonly ref struct PassingVectors
{
    private const int BitsPerWord = 64;

    private readonly ReadOnlySpan<ulong> _words;

    /// <summary>Those whose bits are set.</summary>
    /// <param name="words">A bit for each vector, the lowest first; bits behind the last one are 0.</param>
    /// <param name="count">Bits that are set.</param>
    public PassingVectors(ReadOnlySpan<ulong> words, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _words = words;
        Count = count;
    }

    /// <summary>Vectors that may be found.</summary>
    public int Count { get; }

    /// <summary>Whether all may be found, and nothing is to be asked.</summary>
    public bool AreAll => _words.IsEmpty;

    /// <summary>The bits.</summary>
    internal ReadOnlySpan<ulong> Words => _words;

    /// <summary>Whether a vector may be found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(uint vector) => ((_words[(int)(vector / BitsPerWord)] >> (int)(vector % BitsPerWord)) & 1) != 0;

    /// <summary>Whether there is a bit for each of so many vectors and none is set behind them: scans read what a bit stands for without asking.</summary>
    internal bool FitTo(int vectors) => AreAll
        || (_words.Length == ((long)vectors + BitsPerWord - 1) / BitsPerWord && (vectors % BitsPerWord == 0 || _words[^1] >> (vectors % BitsPerWord) == 0));
}
