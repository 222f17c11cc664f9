namespace ActorVectorStore.Storage;

/// <summary>Every test holds.</summary>
internal sealed class AllTest(RowTest[] tests) : RowTest
{
    public override bool Holds(in Row row)
    {
        foreach (var test in tests)
        {
            if (!test.Holds(in row))
                return false;
        }

        return true;
    }
}
