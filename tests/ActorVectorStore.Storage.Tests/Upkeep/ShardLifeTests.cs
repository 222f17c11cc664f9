using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Random lives of a shard against its dumb twins: works that overlap with everything, saves that are lost or only seem so, and the end of the process at any step.</summary>
public sealed class ShardLifeTests
{
    private const int Dimension = 3;

    private static readonly Gen<(Distance Distance, long HistoryIndexes, long FileBytesMax)> Kinds = Gen.Select(
        Gen.Int[0, 1].Select(n => n == 0 ? Distance.Cosine : Distance.Manhattan), Gen.Int[0, 3].Select(n => n switch { 0 => 3L, 1 => 1_000L, _ => 0L }), Gen.Int[0, 1].Select(n => n == 0 ? 4L << 30 : 40_000L));

    private static readonly ShardOperation[] AllIndexes = [.. OperationGens.Indexes.Select(index => new CreatePayloadIndex(index))];

    private static int Iterations => LongRuns.AreWanted ? 5_000 : 150;

    [Fact]
    public void Every_view_answers_as_the_twin_at_its_index_whatever_happens_meanwhile_and_nothing_is_left_behind() =>
        Gen.Select(Kinds, ShardStep.Any(Dimension).Array[5, 90]).Sample(
            (kind, steps) =>
            {
                var options = new ShardStoreOptions(1 << 20, kind.FileBytesMax, kind.HistoryIndexes);
                using var life = new ShardLife(new ShardHistory(Shards.Schema(Dimension, kind.Distance)), options);
                foreach (var step in steps)
                    step.Do(life);
                life.AssertEveryIndex();
                if (kind.HistoryIndexes < 10)
                    life.Settle();
                foreach (var keeps in CrashKeeps.EachPattern(5))
                {
                    using var after = life.Fork(life.Disk.Crash(keeps));
                    after.AssertNewest();
                }
            },
            iter: Iterations);

    [Fact]
    public void Equal_logs_give_equal_digests_at_every_index_whatever_was_done_between_them_with_and_without_payload_indexes() =>
        Gen.Select(OperationGens.Log(Dimension, 20), ShardStep.Any(Dimension).Array[0, 60], ShardStep.Any(Dimension).Array[0, 60]).Sample(
            (log, steps, otherSteps) => Assert.Equal(Digests([[], .. log], steps), Digests([AllIndexes, .. log], otherSteps)),
            iter: Iterations / 3);

    private static List<UInt128> Digests(ShardOperation[][] log, ShardStep[] steps)
    {
        using var life = new ShardLife(new ShardHistory(Shards.Schema(Dimension)));
        var digests = new List<UInt128> { Shards.Digest(life.Store) };
        var between = new Queue<ShardStep>(steps.Where(step => step.Kind >= 30));
        var each = between.Count / Math.Max(1, log.Length);
        foreach (var operations in log)
        {
            life.Apply(operations);
            digests.Add(Shards.Digest(life.Store));
            for (var i = 0; i <= each && between.TryDequeue(out var step); i++)
                step.Do(life);
            Assert.Equal(digests[^1], Shards.Digest(life.Store));
        }

        return digests;
    }
}
