using ActorVectorStore.Cluster;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

public sealed class CompactionProgressTests : IAsyncLifetime
{
    private static readonly CollectionName Name = Measured.Schema.Name;

    private VectorDatabase _database = null!;

    // Three files, and rows in memory.
    public async Task InitializeAsync()
    {
        _database = await Measured.CreateAsync(new SimulatedFileSystem(1), "/data/progress");
        for (var file = 0; file < 3; file++)
        {
            await Measured.UpsertAsync(_database, file * 1_000, 4_000);
        }

        await Measured.UpsertAsync(_database, 20_000, 10);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Progress_never_goes_back_and_ends_with_all_that_was_done_before_the_call_completes()
    {
        var told = new Told();
        await _database.CompactAsync(Name, told);
        var steps = told.Steps;
        Assert.NotEmpty(steps);
        foreach (var (step, next) in steps.Zip(steps.Skip(1)))
        {
            Assert.True(step.WrittenBytes <= next.WrittenBytes && step.PlannedBytes <= next.PlannedBytes && step.MergedSegments <= next.MergedSegments, $"{step}, then {next}");
        }

        Assert.All(steps, step => Assert.InRange(step.WrittenBytes, 0, step.PlannedBytes));
        var last = steps[^1];
        var statistics = _database.HealthOf(Name)[0].Statistics!;
        Assert.Equal(1, statistics.SegmentFiles);
        Assert.True(last.MergedSegments >= 2, $"{last}");
        Assert.True(last.WrittenBytes >= statistics.SegmentFileBytes * 0.9, $"{last} of {statistics}");
    }

    [Fact]
    public async Task A_compaction_with_nothing_to_do_tells_nothing()
    {
        await _database.CompactAsync(Name);
        var told = new Told();
        await _database.CompactAsync(Name, told);
        Assert.Empty(told.Steps);
    }

    [Fact]
    public async Task A_listener_that_never_returns_holds_up_nobody_but_its_caller()
    {
        using var returns = new ManualResetEventSlim();
        var told = new Told { Reporting = _ => returns.Wait() };
        using var cancellation = new CancellationTokenSource();
        var compaction = _database.CompactAsync(Name, told, cancellation.Token);
        await _database.CompactAsync(Name);
        await Measured.UpsertAsync(_database, 30_000, 10);
        await _database.CompactAsync(Name);
        Assert.Equal(1, _database.HealthOf(Name)[0].Statistics!.SegmentFiles);
        Assert.False(compaction.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => compaction);
        returns.Set();
    }

    [Fact]
    public async Task A_listener_that_throws_fails_the_call_and_not_the_compaction()
    {
        var told = new Told { Reporting = _ => throw new InvalidTimeZoneException("Not now.") };
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _database.CompactAsync(Name, told));
        var statistics = _database.HealthOf(Name)[0].Statistics!;
        Assert.Equal((1, 0L), (statistics.SegmentFiles, statistics.DeadRows));
        Assert.Null(_database.HealthOf(Name)[0].LastUpkeepFailure);
    }

    private sealed class Told : IProgress<CompactionProgress>
    {
        private readonly List<CompactionProgress> _steps = [];

        public Action<CompactionProgress>? Reporting { get; init; }

        public IReadOnlyList<CompactionProgress> Steps => _steps;

        // One call after the other is promised: no lock.
        public void Report(CompactionProgress value)
        {
            _steps.Add(value);
            Reporting?.Invoke(value);
        }
    }
}
