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
                case (ConditionalUpsert one, ConditionalUpsert other):
                    Assert.Equal(one.Condition, other.Condition);
                    Assert.Equal(one.Points, other.Points);
                    break;
                case (UpdateVectors one, UpdateVectors other):
                    Assert.Equal(one.Updates, other.Updates);
                    break;
                case (DeleteVectors one, DeleteVectors other):
                    Assert.Equal(one.Selection, other.Selection);
                    Assert.Equal(one.Names, other.Names);
                    break;
                case (DeleteMatching one, DeleteMatching other):
                    Assert.Equal(one.Filter, other.Filter);
                    break;
                case (SetPayload one, SetPayload other):
                    Assert.Equal((one.Selection, one.Payload, one.Key), (other.Selection, other.Payload, other.Key));
                    break;
                case (OverwritePayload one, OverwritePayload other):
                    Assert.Equal((one.Selection, one.Payload), (other.Selection, other.Payload));
                    break;
                case (DeletePayloadKeys one, DeletePayloadKeys other):
                    Assert.Equal(one.Selection, other.Selection);
                    Assert.Equal(one.Paths, other.Paths);
                    break;
                case (ClearPayload one, ClearPayload other):
                    Assert.Equal(one.Selection, other.Selection);
                    break;
                case (PinIndex one, PinIndex other):
                    Assert.Equal(one.Name, other.Name);
                    break;
                case (ReleasePin one, ReleasePin other):
                    Assert.Equal(one.Name, other.Name);
                    break;
                case (CreatePayloadIndex one, CreatePayloadIndex other):
                    Assert.Equal(one.Index, other.Index);
                    break;
                case (DropPayloadIndex one, DropPayloadIndex other):
                    Assert.Equal(one.Index, other.Index);
                    break;
                default:
                    Assert.Fail($"Operation {i} is a {actual[i].GetType().Name}, not a {expected[i].GetType().Name}.");
                    break;
            }
        }
    }
}
