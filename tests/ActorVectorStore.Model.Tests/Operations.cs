namespace ActorVectorStore.Model.Tests;

/// <summary>Equality of operations by content, for tests.</summary>
internal static class Operations
{
    public static void AssertEqual(IReadOnlyList<ShardOperation> expected, IReadOnlyList<ShardOperation> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            switch (expected[i], actual[i])
            {
                case (UpsertPoints one, UpsertPoints other):
                    Assert.Equal(one.Dimension, other.Dimension);
                    Assert.Equal(one.Points, other.Points);
                    break;
                case (DeletePoints one, DeletePoints other):
                    Assert.Equal(one.Ids, other.Ids);
                    break;
                default:
                    Assert.Fail($"Operation {i} is a {actual[i].GetType().Name}, not a {expected[i].GetType().Name}.");
                    break;
            }
        }
    }
}
