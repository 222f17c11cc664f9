using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

public sealed class DamageTests
{
    private const ulong Seed = 21;

    [Fact]
    public async Task Every_flipped_byte_is_reported_or_without_effect()
    {
        var damage = await Damage.OfAsync(Seed, 80, WalMutations.None);
        var random = new SeededRandom(Seed);
        foreach (var file in damage.Files)
        {
            for (long offset = 0; offset < damage.Length(file); offset++)
            {
                damage.Flip(file, offset, random.Next(8));
            }
        }

        Assert.True(damage.Files.Count > 2 && damage.Reported > 5000, $"{damage.Files.Count} files, {damage.Reported} reported");
    }

    /// <summary>The short form takes every seventh byte and length; the long one (<see cref="LongRuns"/>) all of them.</summary>
    [Fact]
    public async Task Every_flipped_byte_and_every_cut_beside_relocated_batches_is_reported_or_without_effect()
    {
        var damage = await Damage.OfAsync(Seed + 3, 100, WalMutations.None, Workload.Tiny with { RewriteLivePercentMax = 80 });
        var random = new SeededRandom(Seed);
        foreach (var file in damage.Files)
        {
            for (long offset = 0; offset < damage.Length(file); offset += LongRuns.AreWanted ? 1 : 7)
            {
                damage.Flip(file, offset, random.Next(8));
                damage.Truncate(file, offset);
            }
        }

        Assert.True(damage.Reported > 1000, $"{damage.Reported} reported");
    }

    [Fact]
    public async Task Every_cut_is_reported_or_without_effect()
    {
        var damage = await Damage.OfAsync(Seed + 1, 80, WalMutations.None);
        foreach (var file in damage.Files)
        {
            for (long length = 0; length < damage.Length(file); length++)
            {
                damage.Truncate(file, length);
            }
        }

        Assert.True(damage.Reported > 5000, $"{damage.Reported} reported");
    }

    [Fact]
    public async Task Every_missing_segment_is_reported()
    {
        var damage = await Damage.OfAsync(Seed + 2, 60, WalMutations.None);
        foreach (var file in damage.Files)
        {
            damage.Delete(file);
        }

        Assert.Equal(damage.Files.Count, damage.Reported);
    }
}
