namespace ActorVectorStore.Storage;

/// <summary>The test does not hold.</summary>
internal sealed class NotTest(RowTest test) : RowTest
{
    public override bool Holds(in Row row) => !test.Holds(in row);
}
