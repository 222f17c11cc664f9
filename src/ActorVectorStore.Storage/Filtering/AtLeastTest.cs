namespace ActorVectorStore.Storage;

/// <summary>A number of tests hold, 1 or more.</summary>
internal sealed class AtLeastTest(int count, RowTest[] tests) : RowTest
{
    public override bool Holds(in Row row)
    {
        var missing = count;
        for (var i = 0; i < tests.Length && missing <= tests.Length - i; i++)
        {
            if (tests[i].Holds(in row) && --missing == 0)
                return true;
        }

        return false;
    }
}
