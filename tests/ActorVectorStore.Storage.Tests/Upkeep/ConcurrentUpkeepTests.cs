using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Readers beside an owner that applies while its flushes, compactions and checkpoints run on another thread, and files go behind them.</summary>
public sealed class ConcurrentUpkeepTests
{
    private const int HistoryIndexes = 6;
    private const int Readers = 3;
    private const int RewritesMin = 12;

    private static int ViewsPerReader => LongRuns.AreWanted ? 5_000 : 150;

    [Fact]
    public Task Views_of_now_and_of_the_past_stay_whole_while_everything_goes_on() => Live(new SimulatedFileSystem(1), "shard");

    // Mappings of a real disk: a file that is closed too early ends the process.
    [Fact]
    public async Task So_they_do_on_a_real_disk()
    {
        var directory = Directory.CreateTempSubdirectory("avs-");
        try
        {
            await Live(PhysicalFileSystem.Instance, directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task Live(IFileSystem disk, string directory)
    {
        var place = new ShardPlace(disk, directory, Identity: 7);
        var options = new ShardStoreOptions(HistoryIndexes: HistoryIndexes);
        using var store = ShardStore.Create(Shards.Schema(3, Distance.Manhattan), place, options);
        using var readersAtWork = new CountdownEvent(Readers);
        var readers = Enumerable.Range(0, Readers).Select(reader => OnThreadOfItsOwn(() => ReadViews(store, reader, readersAtWork))).ToArray();
        var owner = new Owner(store);
        while (!readersAtWork.IsSet || owner.Rewrites < RewritesMin)
        {
            if (readers.Any(reader => reader.IsFaulted))
                break;
            owner.Step();
        }

        await Task.WhenAll(readers);
        await owner.End();
        Assert.Equal(0, store.Statistics.OpenViews);
        store.DeleteUnusedFiles();
        using var reopened = ShardStore.Open(store.Schema, place, options, owner.Manifest, "manifest");
        var named = ShardManifestFormat.Read(owner.Manifest.Span, "manifest").Segments;
        Assert.Equal(named.Count + named.Count(segment => segment.DeletionsAt > 0), disk.ListFiles(directory).Count);
        Assert.Equal(Shards.Digest(store), Shards.Digest(reopened));
    }

    private static Task OnThreadOfItsOwn(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void ReadViews(ShardStore store, int reader, CountdownEvent readersAtWork)
    {
        try
        {
            for (var i = 0; i < ViewsPerReader; i++)
            {
                using var view = i % 3 == reader ? OpenPast(store, i % HistoryIndexes) : store.OpenView();
                ConcurrentReadTests.AssertWhole(view);
            }
        }
        finally
        {
            readersAtWork.Signal();
        }
    }

    // The history that is promised moves on: what was newest a moment ago may not be readable any more.
    private static ReadView OpenPast(ShardStore store, int back)
    {
        try
        {
            return store.OpenView(Math.Max(0, store.AppliedIndex - back));
        }
        catch (InvalidRequestException)
        {
            return store.OpenView();
        }
    }

    /// <summary>Applies, begins works, has them run elsewhere and completes them when they are done, all on one thread.</summary>
    private sealed class Owner(ShardStore store)
    {
        private long _index;
        private (SegmentRewrite Work, Task Run)? _flush;
        private (SegmentRewrite Work, Task Run)? _compaction;
        private (CheckpointSave Work, Task Run)? _save;

        public int Rewrites { get; private set; }

        public ReadOnlyMemory<byte> Manifest { get; private set; }

        public void Step()
        {
            store.Apply(++_index, ConcurrentReadTests.Event(_index));
            if (_index % 3 != 0)
                return;
            StepFlush();
            StepCompaction();
            StepCheckpoint();
        }

        public async Task End()
        {
            await Task.WhenAll(new[] { _flush?.Run, _compaction?.Run, _save?.Run }.OfType<Task>());
            CompleteFlush();
            CompleteCompaction();
            CompleteCheckpoint();
            for (_ = store.Flush().Compact(); store.IsCheckpointDue; _ = store.Flush().Compact())
                Manifest = store.Checkpoint();
        }

        private void StepFlush()
        {
            if (_flush is { Run.IsCompleted: true })
                CompleteFlush();
            else if (_flush is null && _index % 2 == 0 && store.BeginFlush() is { } work)
                _flush = (work, Task.Run(() => work.Run()));
        }

        private void StepCompaction()
        {
            if (_compaction is { Run.IsCompleted: true })
                CompleteCompaction();
            else if (_compaction is null && store.BeginCompaction(everything: _index % 4 == 0) is { } work)
                _compaction = (work, Task.Run(() => work.Run()));
        }

        private void StepCheckpoint()
        {
            if (_save is { Run.IsCompleted: true })
            {
                CompleteCheckpoint();
            }
            else if (_save is null && store.BeginCheckpoint() is { } work)
            {
                _save = (work, Task.Run(() =>
                {
                    store.DeleteUnusedFiles();
                    work.Run();
                }));
            }
        }

        private void CompleteFlush()
        {
            if (_flush is not { } done)
                return;
            done.Run.GetAwaiter().GetResult();
            store.Complete(done.Work);
            Rewrites++;
            _flush = null;
        }

        private void CompleteCompaction()
        {
            if (_compaction is not { } done)
                return;
            done.Run.GetAwaiter().GetResult();
            store.Complete(done.Work);
            Rewrites++;
            _compaction = null;
        }

        private void CompleteCheckpoint()
        {
            if (_save is not { } done)
                return;
            done.Run.GetAwaiter().GetResult();
            Manifest = done.Work.Manifest;
            store.Complete(done.Work);
            _save = null;
        }
    }
}
