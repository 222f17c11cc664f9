using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>
/// Each write and each sync of a run fails in turn, wherever it comes from. Nothing of the group on its way is acknowledged, and if the failure was
/// the commit's own, nothing is ever again.
/// </summary>
public sealed class FailedCommitTests
{
    [Theory]
    [InlineData(DiskOperations.Write)]
    [InlineData(DiskOperations.Sync)]
    public void A_commit_whose_write_or_sync_fails_is_not_acknowledged_and_the_log_is_poisoned(DiskOperations kind)
    {
        var poisoned = 0;
        for (long number = 1; ; number++)
        {
            var disk = new SimulatedFileSystem((ulong)number);
            disk.Fail(kind, number);
            var acknowledged = AppendUntilFailure(disk, out var log, out var failure);
            if (disk.Count(kind) < number)
            {
                Assert.True(poisoned > 40, $"{poisoned} failures");
                return;
            }

            if (failure is LogPoisonedException)
            {
                poisoned++;
                Assert.Same(failure, log!.Statistics.Poisoned);
                Assert.Throws<LogPoisonedException>(() => log.Append(Batch("later", 1, "x")));
            }

            // A failure beside the commit, or of the opening, may be survived; what was acknowledged is there in any case.
            foreach (var keeps in CrashKeeps.EachPattern((ulong)number))
            {
                var found = Workload.Open(disk.Clone().Crash(keeps), Small, WalMutations.None).ReadStream("a").Payloads();
                Assert.InRange(found.Count, acknowledged, acknowledged + 1);
            }
        }
    }

    private static int AppendUntilFailure(SimulatedFileSystem disk, out WriteAheadLog? log, out Exception? failure)
    {
        (log, failure) = (null, null);
        var acknowledged = 0;
        try
        {
            log = Workload.Open(disk, Small, WalMutations.None);
            for (; acknowledged < 50; acknowledged++)
            {
                log.Append(Batch("a", acknowledged + 1, new string('x', 3000)));
            }
        }
        catch (IOException e)
        {
            failure = e;
        }

        return acknowledged;
    }
}
