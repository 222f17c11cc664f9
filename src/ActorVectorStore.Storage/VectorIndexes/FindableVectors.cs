using System.Numerics;
using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>The vectors of a column that a search may find, by ordinal. Immutable; safe from any thread.</summary>
/// <param name="words">A bit for each ordinal.</param>
internal sealed class FindableVectors(ReadOnlyMemory<ulong> words)
{
    private readonly int _count = CountOf(words.Span);

    /// <summary>The bits, as an index wants them.</summary>
    public PassingVectors Passing => new(words.Span, _count);

    private static int CountOf(ReadOnlySpan<ulong> words)
    {
        var count = 0;
        foreach (var word in words)
            count += BitOperations.PopCount(word);
        return count;
    }
}
