namespace ActorVectorStore.Storage;

/// <summary>The point has a vector of this name.</summary>
internal sealed class HasVectorTest(string name) : RowTest
{
    public override bool Holds(in Row row) => row.HasVector(name);
}
