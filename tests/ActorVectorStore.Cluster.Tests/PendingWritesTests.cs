using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster.Tests;

public sealed class PendingWritesTests
{
    [Fact]
    public void Writes_that_wait_are_folded_into_one_event_but_a_change_of_payloads_is_one_of_its_own()
    {
        var writes = new PendingWrites();
        var clear = new ClearPayload(new PointsById([PointId.FromNumber(1)]));
        var one = new UpsertPoints([new Point(PointId.FromNumber(1), new[] { 1f, 0 })]);
        foreach (var operation in (ShardOperation[])[one, one, clear, clear, one, one])
        {
            var write = new ShardWrite(operation);
            write.Encode();
            writes.Enqueue(write);
        }

        var counts = new List<int>();
        while (writes.TryFold(_ => null, out var shardEvent))
        {
            var operations = OperationCodec.Decode(shardEvent);
            counts.Add(operations.Count);
            writes.Complete(counts.Count, [.. operations.Select(_ => default(Storage.OperationOutcome))]);
        }

        Assert.Equal([2, 1, 1, 2], counts);
    }
}
