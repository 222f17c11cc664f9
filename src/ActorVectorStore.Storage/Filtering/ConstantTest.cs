namespace ActorVectorStore.Storage;

/// <summary>What holds for all rows, or for none.</summary>
internal sealed class ConstantTest(bool holds) : RowTest
{
    public override bool Holds(in Row row) => holds;
}
