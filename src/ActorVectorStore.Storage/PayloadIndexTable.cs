using System.Collections.Immutable;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The payload indexes that a shard wants at its applied index, and those that it wanted since some checkpoint: the next one is of an earlier index than the applied one,
/// and the log behind it is applied again to what it says. Immutable.
/// </summary>
internal sealed class PayloadIndexTable
{
    private readonly ImmutableList<Superseded> _past;

    private PayloadIndexTable(ImmutableArray<PayloadIndex> current, ImmutableList<Superseded> past) => (Current, _past) = (current, past);

    public static PayloadIndexTable Empty { get; } = new([], []);

    /// <summary>The indexes that are wanted now, in the order of their creation.</summary>
    public ImmutableArray<PayloadIndex> Current { get; }

    public static PayloadIndexTable Of(IEnumerable<PayloadIndex> indexes) => new([.. indexes], []);

    /// <summary>With what an event has made of the indexes.</summary>
    public PayloadIndexTable With(ImmutableArray<PayloadIndex> indexes, long index) =>
        indexes == Current ? this : new PayloadIndexTable(indexes, _past.Add(new Superseded(Current, index)));

    /// <summary>Without what was superseded when a checkpoint was made.</summary>
    public PayloadIndexTable Forget(long checkpointIndex) => _past.IsEmpty || _past[0].ChangedAt > checkpointIndex
        ? this
        : new PayloadIndexTable(Current, _past.RemoveAll(past => past.ChangedAt <= checkpointIndex));

    /// <summary>The indexes that were wanted at an index that a checkpoint has not passed.</summary>
    public ImmutableArray<PayloadIndex> At(long index) => _past.Find(past => past.ChangedAt > index) is { } next ? next.Indexes : Current;

    private sealed record Superseded(ImmutableArray<PayloadIndex> Indexes, long ChangedAt);
}
