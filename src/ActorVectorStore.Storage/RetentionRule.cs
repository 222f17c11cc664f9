using System.Collections.Immutable;

namespace ActorVectorStore.Storage;

/// <summary>Which rows some read may still want: pure.</summary>
/// <param name="Horizon">The lowest index that a read without a pin may ask for.</param>
/// <param name="Pins">Indexes that are pinned.</param>
internal sealed record RetentionRule(long Horizon, ImmutableArray<long> Pins)
{
    /// <summary>Whether a row that was inserted and deleted at these indexes is still wanted.</summary>
    public bool Keeps(long insertedAt, long deletedAt)
    {
        if (deletedAt > Horizon)
            return insertedAt < deletedAt;
        foreach (var pin in Pins)
        {
            if (insertedAt <= pin && pin < deletedAt)
                return true;
        }

        return false;
    }
}
