using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>
/// The owner of one shard, as its actor is: a durable log of acknowledged events, one saved manifest that changes in one step, and the store over a simulated disk.
/// Each method is one step of its life; works overlap with everything else.
/// </summary>
internal sealed class ShardLife : IDisposable
{
    private readonly ShardStoreOptions _options;
    private readonly List<ReadView> _views = [];
    private byte[]? _manifest;
    private long _logStart;
    private bool _isSaveRun;

    public ShardLife(ShardHistory history, ShardStoreOptions? options = null, SimulatedFileSystem? disk = null)
    {
        (History, _options, Disk) = (history, options ?? new ShardStoreOptions(), disk ?? new SimulatedFileSystem(1));
        Store = ShardStore.Create(history.Schema, Shards.Place(Disk), _options);
    }

    private ShardLife(ShardLife other, SimulatedFileSystem disk)
    {
        (History, _options, _manifest, _logStart, Disk) = (other.History.Copy(), other._options, other._manifest, other._logStart, disk);
        Store = Open();
    }

    public ShardHistory History { get; }

    public SimulatedFileSystem Disk { get; private set; }

    public ShardStore Store { get; private set; }

    public Rewrite? Flush { get; private set; }

    public Rewrite? Compaction { get; private set; }

    public CheckpointSave? Save { get; private set; }

    public byte[]? Manifest => _manifest;

    public IReadOnlyCollection<string> Files => Disk.ListFiles("shard");

    /// <summary>Files that the saved manifest names.</summary>
    public IReadOnlyCollection<string> NamedFiles => _manifest is null ? [] :
    [
        .. ShardManifestFormat.Read(_manifest, "manifest").Segments
            .SelectMany(entry => new[] { $"{entry.Id}.seg", entry.DeletionsAt == 0 ? "" : $"{entry.Id}-{entry.DeletionsAt:x16}.del" })
            .Where(name => name.Length > 0).Order(StringComparer.Ordinal),
    ];

    /// <summary>Acknowledges an event and applies it.</summary>
    public void Apply(params ShardOperation[] operations)
    {
        History.Add(operations);
        ApplyNext();
        Assert.Equal(History.TwinAt(History.LastIndex).Count, Store.Count);
    }

    public void BeginFlush() => Flush ??= Rewrite.Of(Store.BeginFlush());

    public void BeginCompaction(bool everything) => Compaction ??= Rewrite.Of(Store.BeginCompaction(everything));

    public void CompleteFlush() => Flush = Complete(Flush);

    public void CompleteCompaction() => Compaction = Complete(Compaction);

    public void AbandonFlush() => Flush = Abandon(Flush);

    public void AbandonCompaction() => Compaction = Abandon(Compaction);

    public void BeginCheckpoint() => Save ??= Store.BeginCheckpoint();

    public void RunCheckpoint()
    {
        if (Save is null || _isSaveRun)
            return;
        Save.Run();
        _isSaveRun = true;
    }

    /// <summary>The manifest is saved, the log in front of it is cut, and files that it does not name may go.</summary>
    public void CompleteCheckpoint()
    {
        if (!SaveManifest())
            return;
        _logStart = Save!.Index;
        Store.Complete(Save);
        EndSave();
    }

    /// <summary>The manifest is saved but its owner hears that it is not.</summary>
    public void SaveButAbandonCheckpoint()
    {
        SaveManifest();
        AbandonCheckpoint();
    }

    public void AbandonCheckpoint()
    {
        if (Save is null)
            return;
        Store.Abandon(Save);
        EndSave();
    }

    public void OpenView(long? index = null) => _views.Add(index is null ? Store.OpenView() : Store.OpenView(index.Value));

    /// <summary>Closes a view after it has answered.</summary>
    public void CloseView(int number)
    {
        if (_views.Count == 0)
            return;
        var view = _views[number % _views.Count];
        History.AssertSame(view);
        view.Dispose();
        _views.Remove(view);
    }

    public void CloseViews()
    {
        while (_views.Count > 0)
            CloseView(0);
    }

    public void AssertNewest()
    {
        using var view = Store.OpenView();
        Assert.Equal((History.LastIndex, History.TwinAt(History.LastIndex).Count), (view.Index, Store.Count));
        History.AssertSame(view);
        AssertPins();
    }

    /// <summary>What is pinned and what is indexed is as the twin has it, and every pin's view answers as the shard was at its index.</summary>
    public void AssertPins()
    {
        var twin = History.TwinAt(Store.AppliedIndex);
        Assert.Equal(twin.Pins, Store.Pins);
        Assert.Equal(twin.Indexes, Store.PayloadIndexes);
        foreach (var (name, index) in twin.Pins)
        {
            using var view = Store.OpenView(name);
            Assert.Equal(index, view.Index);
            History.AssertSame(view);
        }
    }

    /// <summary>
    /// Every index that the store admits answers as it was, and those that are pinned and those of the promised history are admitted; with how many were.
    /// </summary>
    public int AssertEveryIndex()
    {
        var (admitted, isHistory) = (0, false);
        var pinned = Store.Pins.Values.ToHashSet();
        for (var index = 0L; index <= History.LastIndex; index++)
        {
            ReadView view;
            try
            {
                view = Store.OpenView(index);
            }
            catch (InvalidRequestException)
            {
                Assert.True(!isHistory && !pinned.Contains(index) && index < History.LastIndex - _options.HistoryIndexes, $"Index {index} of {History.LastIndex} is not readable.");
                continue;
            }

            History.AssertSame(view);
            view.Dispose();
            admitted++;
            isHistory |= !pinned.Contains(index);
        }

        Assert.True(admitted > 0);
        AssertPins();
        return admitted;
    }

    /// <summary>
    /// The process ends, with the power or alone, and another opens what is left: the manifest's segments, and then the log behind them. With
    /// <paramref name="upkeep"/> it flushes, compacts and makes checkpoints while it still replays.
    /// </summary>
    public void Reopen(SimulatedFileSystem disk, int upkeep = 0)
    {
        Forget();
        Disk = disk;
        Store = Open();
        Replay(upkeep);
    }

    /// <summary>Another owner of the same durable things on another disk.</summary>
    public ShardLife Fork(SimulatedFileSystem disk)
    {
        var fork = new ShardLife(this, disk);
        fork.Replay(0);
        return fork;
    }

    /// <summary>Flush, compaction and checkpoint from beginning to end, and the files that then are not needed any more.</summary>
    public void Upkeep(bool everything)
    {
        BeginFlush();
        CompleteFlush();
        BeginCompaction(everything);
        CompleteCompaction();
        BeginCheckpoint();
        CompleteCheckpoint();
        Store.DeleteUnusedFiles();
    }

    /// <summary>
    /// Brings everything to its end: what is under way, all pins released, all rows to disk, nothing dead, a checkpoint; then nothing is left that is not needed.
    /// </summary>
    public void Settle()
    {
        CloseViews();
        CompleteFlush();
        CompleteCompaction();
        CompleteCheckpoint();
        if (Store.Pins.Count > 0)
            Apply([.. Store.Pins.Keys.Select(name => new ReleasePin(PinName.Parse(name)))]);
        for (var i = 0; i < _options.HistoryIndexes; i++)
            Apply();
        for (BeginFlush(); Flush is not null; BeginFlush())
            CompleteFlush();
        var rewrites = 0;
        for (BeginCompaction(everything: true); Compaction is not null; BeginCompaction(everything: true))
        {
            Assert.True(++rewrites < 100, "Compaction does not end.");
            CompleteCompaction();
        }

        BeginCheckpoint();
        CompleteCheckpoint();
        Assert.Null(Store.BeginCheckpoint());
        Store.DeleteUnusedFiles();
        Assert.Equal(NamedFiles, Files);
        Assert.Equal((0, 0), (Store.Statistics.DeadRows, Store.Statistics.OpenViews));
        Assert.Equal(Files.Count(name => name.EndsWith(".seg", StringComparison.Ordinal)), Store.Statistics.SegmentFiles);
        AssertEveryIndex();
    }

    public void Dispose() => Forget();

    private ShardStore Open()
    {
        var place = Shards.Place(Disk);
        return _manifest is null
            ? ShardStore.Create(History.Schema, place, _options)
            : ShardStore.Open(History.Schema, place, _options, _manifest, "manifest");
    }

    private void Replay(int upkeep)
    {
        Assert.InRange(Store.AppliedIndex, _logStart, History.LastIndex);
        using (var view = Store.OpenView())
            History.AssertSame(view);
        while (Store.AppliedIndex < History.LastIndex)
        {
            ApplyNext();
            if (upkeep > 0 && Store.AppliedIndex % upkeep == 0)
                Upkeep(everything: upkeep % 2 == 0);
        }

        var wanted = NamedFiles;
        if (upkeep > 2)
            BeginCheckpoint();
        if (upkeep > 3)
            RunCheckpoint();
        Store.RemoveUnreferencedFiles();
        Assert.Subset(Files.ToHashSet(), wanted.ToHashSet());
        if (upkeep == 0)
            Assert.Equal(wanted, Files);
    }

    private void ApplyNext()
    {
        var index = Store.AppliedIndex + 1;
        Store.Rehearse(History.EventAt(index));
        Assert.Equal(History.OutcomesAt(index), Store.Apply(index, History.EventAt(index)));
    }

    private bool SaveManifest()
    {
        if (Save is null)
            return false;
        RunCheckpoint();
        Assert.InRange(Save.Index, _logStart, Store.AppliedIndex);
        _manifest = Save.Manifest.ToArray();
        Assert.Subset(Files.ToHashSet(), NamedFiles.ToHashSet());
        return true;
    }

    private void EndSave() => (Save, _isSaveRun) = (null, false);

    private Rewrite? Complete(Rewrite? rewrite)
    {
        rewrite?.Run();
        if (rewrite is not null)
            Store.Complete(rewrite.Work);
        return null;
    }

    private Rewrite? Abandon(Rewrite? rewrite)
    {
        if (rewrite is not null)
            Store.Abandon(rewrite.Work);
        return null;
    }

    private void Forget()
    {
        foreach (var view in _views)
            view.Dispose();
        _views.Clear();
        (Flush, Compaction) = (null, null);
        EndSave();
        Store.Dispose();
    }

    /// <summary>A rewrite, and whether it was run.</summary>
    internal sealed class Rewrite(SegmentRewrite work)
    {
        private bool _isRun;

        public SegmentRewrite Work => work;

        public static Rewrite? Of(SegmentRewrite? work) => work is null ? null : new Rewrite(work);

        public void Run()
        {
            if (_isRun)
                return;
            work.Run();
            _isRun = true;
        }
    }
}
