using ActorVectorStore.Testing;
using CsCheck;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>The log against a list, for operations and crashes that CsCheck makes up and shrinks.</summary>
public sealed class ListPropertyTests
{
    private static readonly Gen<(int Kind, int Stream, int Bytes)[]> Operations =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 9000]).Array[1, 40];

    [Fact]
    public void After_any_operations_and_a_power_loss_behind_any_of_them_the_log_has_what_the_list_has()
    {
        Gen.Select(Operations, Gen.ULong).Sample(
            (operations, seed) =>
            {
                var disk = new SimulatedFileSystem(seed);
                var log = Workload.Open(disk, Small, WalMutations.None);
                var list = new ModelLog();
                for (var i = 0; i < operations.Length; i++)
                {
                    Do(log, list, operations[i], i);
                    if (operations[i].Kind == 9)
                    {
                        var patterns = CrashKeeps.EachPattern(seed + (ulong)i);
                        disk = disk.Crash(patterns[i % patterns.Count]);
                        log = Workload.Open(disk, Small, WalMutations.None);
                    }
                }

                return ModelLog.Dump(log, Workload.Tags) == list.Dump(Workload.Tags);
            },
            iter: LongRuns.AreWanted ? 5000 : 150,
            seed: "0N0XIzNsQ0O2",
            threads: 1);
    }

    private static void Do(WriteAheadLog log, ModelLog list, (int Kind, int Stream, int Bytes) operation, int number)
    {
        var stream = $"stream {operation.Stream}";
        var state = list.State(stream);
        if (operation.Kind is 7 or 8)
        {
            _ = log.DeleteToAsync(stream, state.HighestSequence - 1).AsTask();
            log.CommitQueued();
            list.DeleteTo(stream, state.HighestSequence - 1);
            return;
        }

        var tags = operation.Kind % 3 == 0 ? [Workload.Tags[0]] : Array.Empty<string>();
        var batch = Batch(stream, state.HighestSequence + 1, new string((char)('a' + (number % 26)), operation.Bytes), tags);
        log.Append(batch);
        list.Append(batch);
    }
}
