using ActorVectorStore.Testing;
using static ActorVectorStore.Wal.Tests.LogFixture;

namespace ActorVectorStore.Wal.Tests;

/// <summary>A commit of so many appends that the first are told before the last are in the index.</summary>
public sealed class LargeGroupTests
{
    private const int Appends = 200;

    [Fact]
    public async Task Whoever_is_told_finds_in_the_log_what_it_says_to_have_whichever_way_it_looks()
    {
        var log = Workload.Open(new SimulatedFileSystem(1), Small, WalMutations.None);
        var seen = new List<int>();
        var appends = Enumerable.Range(1, Appends).Select(sequence => log.AppendAsync(Batch("a", sequence, $"{sequence}", "tag")).AsTask()).ToArray();
        var looks = appends.Select(append => append.ContinueWith(_ => seen.Add(Look(log)), TaskContinuationOptions.ExecuteSynchronously)).ToArray();
        log.CommitQueued();
        await Task.WhenAll(looks);

        Assert.All(appends.Zip(seen), pair => Assert.InRange(pair.Second, pair.First.Result.FirstOrdinal, Appends));
        Assert.True(seen[0] < Appends, "The first one was told when all was in the index already.");
        Assert.Equal((1, Appends), (log.Statistics.Commits, seen[^1]));
        Assert.Equal(seen.Order(), seen);
    }

    /// <summary>How much is there; the same by number, by stream and by tag.</summary>
    private static int Look(WriteAheadLog log)
    {
        var published = (int)log.PublishedOrdinal;
        foreach (var reader in (BatchReader[])[log.ReadAll(), log.ReadStream("a"), log.ReadTag("tag")])
        {
            Assert.Equal(Enumerable.Range(1, published).Select(number => $"{number}"), reader.Payloads());
        }

        return published;
    }
}
