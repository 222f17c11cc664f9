namespace ActorVectorStore.Storage;

/// <summary>The rows of any of some sets.</summary>
internal sealed class UnionRows(int rowCount, IReadOnlyList<RowSet> parts)
    : RowSet(rowCount, RowBound.OfAtLeast(1, [.. parts.Select(part => part.Bound)], rowCount), parts.Sum(part => part.Cost))
{
    public override void AddTo(RowBitmap target, CancellationToken cancellation)
    {
        foreach (var part in parts)
            part.AddTo(target, cancellation);
    }
}
