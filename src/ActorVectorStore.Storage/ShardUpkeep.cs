using System.Collections.Immutable;

namespace ActorVectorStore.Storage;

/// <summary>
/// What is under way with a shard's segments: which rewrites run, which deletions they have not seen, what was checkpointed and what may go. Owner only.
/// </summary>
internal sealed class ShardUpkeep(ShardFiles files)
{
    private readonly Dictionary<SegmentRewrite, int> _running = [];
    private readonly List<(Segment Segment, int Row, long Index)> _burials = [];
    private readonly List<DiskSegment> _replaced = [];
    private readonly HashSet<(SealedSegmentId Id, long Index)> _abandonedDeletions = [];
    private CheckpointSave? _save;
    private VectorIndexWork? _indexing;
    private ImmutableArray<DiskSegment> _saved = [];

    /// <summary>Log index up to which all rows are in files.</summary>
    public long FlushedIndex { get; set; }

    /// <summary>Log index of the last checkpoint that was saved.</summary>
    public long SavedIndex { get; private set; }

    /// <summary>The manifest of that checkpoint; empty if there is none.</summary>
    public ReadOnlyMemory<byte> SavedManifest { get; private set; }

    /// <summary>Whether rows are being written from memory to disk.</summary>
    public bool IsFlushing => _running.Keys.Any(work => work.IsFlush);

    /// <summary>Whether files are being rewritten.</summary>
    public bool IsCompacting => _running.Keys.Any(work => !work.IsFlush);

    /// <summary>Whether a checkpoint is on its way.</summary>
    public bool IsSaving => _save is not null;

    /// <summary>Whether a vector index is being made.</summary>
    public bool IsIndexing => _indexing is not null;

    /// <summary>The shard was opened with these segments by the manifest of this index.</summary>
    public void Opened(long index, SegmentSet set, ReadOnlyMemory<byte> manifest) =>
        (FlushedIndex, SavedIndex, _saved, SavedManifest) = (index, index, [.. set.OnDisk], manifest);

    /// <summary>Whether a checkpoint now would say something new.</summary>
    public bool IsCheckpointDue(SegmentSet set) => _save is null && (FlushedIndex > SavedIndex || !set.OnDisk.SequenceEqual(_saved));

    /// <summary>Makes room, so that <see cref="Buried"/> of so many rows cannot fail.</summary>
    public void ReserveBurials(int count)
    {
        if (_running.Count > 0)
            _burials.EnsureCapacity(_burials.Count + count);
    }

    /// <summary>Rows were deleted. What is being rewritten may have been read before.</summary>
    public void Buried(IReadOnlyList<(Segment Segment, int Row)> rows, long index)
    {
        if (_running.Count == 0)
            return;
        foreach (var (segment, row) in rows)
            _burials.Add((segment, row, index));
    }

    public void Begin(SegmentRewrite work) => _running.Add(work, _burials.Count);

    public void Begin(CheckpointSave save) => _save = save;

    public void Begin(VectorIndexWork work) => _indexing = work;

    /// <summary>An index was made, or could not be.</summary>
    public void End(VectorIndexWork work)
    {
        _indexing = null;
        work.Close();
    }

    /// <summary>The segments with the result of a rewrite in the place of its sources, and with the deletions that it has not seen.</summary>
    public ImmutableArray<Segment> Replace(ImmutableArray<Segment> segments, SegmentRewrite work)
    {
        CatchUp(work, _running[work]);
        var first = segments.IndexOf(work.Sources[0]);
        var rest = segments.RemoveRange(work.Sources);
        _replaced.AddRange(work.Sources.OfType<DiskSegment>());
        return work.Result is { } result ? rest.Insert(Math.Min(first, rest.Length - 1), result) : rest;
    }

    /// <summary>A rewrite has ended, in whatever way.</summary>
    public void End(SegmentRewrite work)
    {
        _running.Remove(work);
        work.Close();
        if (_running.Count == 0)
            _burials.Clear();
    }

    /// <summary>A checkpoint was saved: files that it does not name are not needed any more.</summary>
    public void Saved(CheckpointSave save)
    {
        foreach (var (segment, entry) in save.Segments)
        {
            if (segment.Entry.DeletionsAt != entry.DeletionsAt)
                files.AddUnusedDeletions(segment.Entry.Id, segment.Entry.DeletionsAt);
            segment.Entry = entry;
        }

        var named = save.Segments.Select(segment => segment.Segment).ToHashSet();
        foreach (var segment in _replaced.Where(segment => !named.Contains(segment)))
        {
            files.AddUnusedDeletions(segment.Entry.Id, segment.Entry.DeletionsAt);
            segment.Retire(files.AddUnused);
        }

        _replaced.RemoveAll(segment => !named.Contains(segment));
        foreach (var (id, index) in _abandonedDeletions.Except(save.Segments.Select(segment => (segment.Entry.Id, segment.Entry.DeletionsAt))))
            files.AddUnusedDeletions(id, index);
        _abandonedDeletions.Clear();
        (SavedIndex, _saved, SavedManifest) = (save.Index, [.. save.Lease.OnDisk], save.Manifest);
        End(save);
    }

    /// <summary>A checkpoint failed. It may have been saved nevertheless: nothing that it or the one before it names may go until the next one is.</summary>
    public void Abandoned(CheckpointSave save)
    {
        foreach (var entry in save.Lease.OnDisk.Select(segment => segment.Entry).Where(entry => entry.DeletionsAt != save.Index))
            _abandonedDeletions.Add((entry.Id, save.Index));
        End(save);
    }

    private void End(CheckpointSave save)
    {
        save.Close();
        _save = null;
    }

    private void CatchUp(SegmentRewrite work, int from)
    {
        for (var i = from; i < _burials.Count && work.Result is not null; i++)
        {
            var (segment, row, index) = _burials[i];
            if (!work.Sources.Contains(segment))
                continue;
            var target = work.Rows!.TargetOf(segment, row);
            if (target != Segment.None)
                work.Result.Deletions.Set(target, index);
        }
    }
}
