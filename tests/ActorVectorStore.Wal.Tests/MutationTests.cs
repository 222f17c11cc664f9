using System.Collections.Concurrent;
using System.Globalization;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Breaks one rule of the log at a time: the checks of this room notice each.</summary>
public sealed class MutationTests
{
    private const int SeedsMax = 12;

    // Several rules are checked by the same run.
    private static readonly ConcurrentDictionary<ulong, Task<bool>> CrashControls = [];

    public static TheoryData<string> Mutations() => [.. Enum.GetNames<WalMutations>().Where(name => name != nameof(WalMutations.None))];

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task A_broken_rule_is_noticed(string name)
    {
        var mutation = Enum.Parse<WalMutations>(name);
        for (ulong seed = 1; seed <= SeedsMax; seed++)
        {
            if (await IsNoticedAsync(mutation, mutation, seed))
            {
                // The same check of the same seed finds nothing where no rule is broken.
                Assert.False(await ControlAsync(mutation, seed), $"the check of {name} complains without it at seed {seed}");
                return;
            }
        }

        Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{name} was not noticed within {SeedsMax} seeds."));
    }

    private static Task<bool> ControlAsync(WalMutations check, ulong seed) =>
        IsCrashCheck(check)
            ? CrashControls.GetOrAdd(seed, seed => IsNoticedAsync(check, WalMutations.None, seed))
            : IsNoticedAsync(check, WalMutations.None, seed);

    private static bool IsCrashCheck(WalMutations check) => check is
        WalMutations.AckBeforeSync or WalMutations.SkipSalt or WalMutations.IgnoreDeletions or WalMutations.DropFloors
        or WalMutations.SkipDirectorySync or WalMutations.SplitRelocation;

    private static async Task<bool> IsNoticedAsync(WalMutations check, WalMutations mutation, ulong seed)
    {
        try
        {
            switch (check)
            {
                case WalMutations.TruncateOnBadFrame:
                case WalMutations.SkipPayloadChecksum:
                case WalMutations.IgnoreMissingSegments:
                    await DamageAsync(mutation, seed);
                    break;
                case WalMutations.RetrySync:
                case WalMutations.TrustUnsyncedTail:
                    await FailEverywhere.RunAsync(seed, 30, DiskOperations.Sync, mutation);
                    break;
                case WalMutations.AcceptDuplicates:
                    var log = Workload.Open(new SimulatedFileSystem(seed), LogFixture.Small, mutation);
                    log.Append(LogFixture.Batch("a", 1, "first"));
                    Assert.Throws<SequenceConflictException>(() => log.Append(LogFixture.Batch("a", 1, "second")));
                    break;
                case WalMutations.AckFailedWrite:
                    await FailEverywhere.RunAsync(seed, 30, DiskOperations.Write, mutation);
                    break;
                case WalMutations.SkipClosingMark:
                    await TornTail.CheckDamageBehindACloseIsReportedAsync(mutation);
                    break;
                case WalMutations.TrustDamagedIndex:
                    await TornTail.CheckDamagedIndexIsNotTrustedAsync(mutation);
                    break;
                case WalMutations.KeepTornTail:
                    TornTail.CheckRemainsAreErased(mutation);
                    break;
                case WalMutations.SkipChain:
                    TornTail.CheckReplacedFrameIsReported(mutation);
                    break;
                default:
                    await CrashEverywhere.RunAsync(seed, 250, mutation);
                    break;
            }
        }
        catch (Exception)
        {
            return true;
        }

        return false;
    }

    private static async Task DamageAsync(WalMutations mutation, ulong seed)
    {
        var damage = await Damage.OfAsync(seed, 80, mutation);
        foreach (var file in damage.Files.SkipLast(1))
        {
            damage.Delete(file);
        }

        foreach (var file in damage.Files)
        {
            for (var offset = 64L; offset < damage.Length(file); offset += 37)
            {
                damage.Flip(file, offset, (int)(offset % 8));
            }
        }
    }
}
