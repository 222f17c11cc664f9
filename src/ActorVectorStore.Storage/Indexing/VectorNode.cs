using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// The condition that a row has a vector. How many rows have one is known; which, is asked of the rows that matter alone: no posting is read, and each row takes less than its payload would.
/// </summary>
/// <remarks>Evaluation throws <see cref="CorruptionException"/> where what says it is damaged.</remarks>
internal sealed class VectorNode(SealedReader reader, string name)
    : PlanNode(RowBound.Exactly(reader.RowsWithVector(name)), cost: 0)
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation)
    {
        var found = new RowBitmap(among.RowCount);
        foreach (var row in among)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.HasVector(name, row))
                found.TryAdd(row);
        }

        return new PlanAnswer(found, found);
    }
}
