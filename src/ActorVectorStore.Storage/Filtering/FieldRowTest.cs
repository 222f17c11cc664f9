namespace ActorVectorStore.Storage;

/// <summary>Any value that a path leads to passes.</summary>
internal sealed class FieldRowTest(ValuePath path, ValueTest test) : RowTest
{
    public override bool Holds(in Row row)
    {
        row.Cancellation.ThrowIfCancellationRequested();
        return path.LeadsToAny(in row, test);
    }
}
