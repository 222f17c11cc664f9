using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The different values of a field in their order, each with the number of points that have it: a walk made by <see cref="ReadView.WalkFacets"/>, whose view must stay open
/// as long as it is used, or several walks merged. One thread, once.
/// </summary>
public abstract class FacetWalk
{
    private protected FacetWalk()
    {
    }

    /// <summary>The value, as its index holds it.</summary>
    internal abstract byte[] Key { get; }

    /// <summary>Points that have it, at least 1.</summary>
    internal abstract long Count { get; }

    /// <summary>
    /// The values that most points have over all of these walks, the highest count first, equal counts in the order of values. Memory: the values that are kept, and what the walks take.
    /// </summary>
    /// <param name="walks">Walks by one index, such as those of all shards of a collection.</param>
    /// <param name="index">The index.</param>
    /// <param name="limit">Values wanted, at least 1.</param>
    /// <param name="cancellationToken">Looked at before each value, and in longer steps.</param>
    /// <exception cref="InvalidRequestException">The best of the values so far have more than <see cref="ModelLimits.FacetBytesMax"/> bytes.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<FacetHit> Top(
        IReadOnlyCollection<FacetWalk> walks, PayloadIndex index, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(walks);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var merged = new MergedFacets(walks, cancellationToken);
        var top = new TopFacets(limit);
        while (merged.MoveNext(cancellationToken))
            top.Offer(merged.Key, merged.Count);
        return top.Hits(index.Kind);
    }

    /// <summary>Goes to the next value; false at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal abstract bool MoveNext(CancellationToken cancellation);
}
