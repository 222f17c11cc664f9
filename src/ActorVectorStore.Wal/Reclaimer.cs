using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Frees segments: those in which nothing is live at once, and those in which little is live after that little has been appended again, so that one
/// idle stream cannot keep gigabytes. Runs on the maintenance thread.
/// </summary>
/// <remarks>
/// What is little now is often nothing soon, and rewriting it would have been in vain. In the background it is therefore rewritten only when dead
/// bytes outweigh the live ones by far (<see cref="DeadSegmentsMin"/>); who asks for a pass gets all of it.
/// </remarks>
internal sealed class Reclaimer(LogIndex index, GroupCommit commits, WalOptions options, FrameSeal seal, WalMutations mutations)
{
    // A segment that holds little but the numbers of streams would move on every pass, and gain nothing by it.
    private const int FloorPercentMax = 50;

    /// <summary>Segments' worth of dead bytes that may stay as long as they are not more than the live ones.</summary>
    private const int DeadSegmentsMin = 8;

    private readonly FrameWindow _indexes = new(seal);
    private readonly FrameWindow _frames = new(seal);
    private readonly HashSet<uint> _damaged = [];

    /// <summary>Damage that keeps a segment from being freed, or null. It is not looked at again before the log is opened anew.</summary>
    public CorruptionException? Problem { get; private set; }

    /// <summary>
    /// Frees what can be freed now, a few segments by each commit; <paramref name="afterEach"/> runs behind each of those. A thorough pass rewrites
    /// whatever has little that is live.
    /// </summary>
    public ReclaimReport Run(bool thorough, Action afterEach)
    {
        MeasurePartlyDeleted();
        var freed = 0;
        long batches = 0, bytes = 0;
        while (PlanNext(thorough) is { Count: > 0 } relocations)
        {
            Commit(relocations);
            freed += relocations.Count;
            batches += relocations.Sum(relocation => relocation.Batches.Count);
            bytes += relocations.Sum(relocation => relocation.Batches.Sum(batch => batch.Frame.Bytes));
            afterEach();
        }

        _indexes.Forget();
        _frames.Forget();
        return new ReclaimReport(freed, batches, bytes);
    }

    /// <summary>As many segments as one commit can free.</summary>
    private List<Relocation> PlanNext(bool thorough)
    {
        var relocations = new List<Relocation>();
        long bytes = 0;
        foreach (var segment in PickSegments(thorough))
        {
            if (PlanUndamaged(segment) is not { } relocation)
            {
                continue;
            }

            bytes += relocation.FrameBytes;
            relocations.Add(relocation);
            if (bytes >= options.CommitBytesMax / 2)
            {
                break;
            }
        }

        return relocations;
    }

    private void Commit(List<Relocation> relocations)
    {
        var waiting = relocations.ConvertAll(relocation => commits.AppendAsync(PendingOf(relocation)).AsTask());
        commits.CommitInline();
        waiting.ForEach(task => task.GetAwaiter().GetResult());
    }

    private PendingAppend PendingOf(Relocation relocation)
    {
        var pending = commits.Rent();
        pending.SetRelocation(relocation);
        return pending;
    }

    /// <summary>Looks up how much of each extent with deleted batches is really live.</summary>
    private void MeasurePartlyDeleted()
    {
        StreamEntry[] streams;
        lock (index.Gate)
        {
            streams = [.. index.PartlyDeleted];
        }

        foreach (var stream in streams)
        {
            if (SealedExtent(stream, out var segmentIndex) is not { } extent)
            {
                continue;
            }

            if (ReadUndamaged(extent.Segment, () => segmentIndex!.Appended(stream, extent.Block)) is not { } frames)
            {
                continue;
            }

            lock (index.Gate)
            {
                var live = frames.Where(frame => frame.LastSequence > stream.DeletedTo).ToArray();
                if (live.Length > 0)
                {
                    stream.Shrink(extent.Segment, live[0].FirstSequence, live.Sum(frame => frame.Bytes));
                }
            }
        }
    }

    private StreamExtent? SealedExtent(StreamEntry stream, out SegmentIndex? segmentIndex)
    {
        segmentIndex = null;
        lock (index.Gate)
        {
            var extent = stream.PartlyDeleted();
            if (extent is null)
            {
                index.PartlyDeleted.Remove(stream);
                return null;
            }

            segmentIndex = extent.Value.Segment.Index;
            if (segmentIndex is null)
            {
                return null;
            }

            index.PartlyDeleted.Remove(stream);
            return extent;
        }
    }

    private Segment[] PickSegments(bool thorough)
    {
        lock (index.Gate)
        {
            var head = index.Segments.LastOrDefault();
            var livePercentMax = thorough || IsMostlyDead() ? options.RewriteLivePercentMax : 0;
            return
            [
                .. index.Segments.Where(segment =>
                    segment != head
                    && segment.IsSealed
                    && !_damaged.Contains(segment.Number)
                    && segment.LiveBytes <= livePercentMax * (segment.End / 100)
                    && segment.LiveBytes + segment.FloorBytes <= Math.Max(options.RewriteLivePercentMax, FloorPercentMax) * (segment.End / 100)),
            ];
        }
    }

    private Relocation? PlanUndamaged(Segment segment) => ReadUndamaged(segment, () => Plan(segment));

    /// <summary>One damaged segment must not keep the others: it stays, and what it holds stays readable as far as it is whole.</summary>
    private TResult? ReadUndamaged<TResult>(Segment segment, Func<TResult> read)
        where TResult : class
    {
        try
        {
            return read();
        }
        catch (CorruptionException e)
        {
            _damaged.Add(segment.Number);
            Problem = e;
            return null;
        }
    }

    private bool IsMostlyDead()
    {
        var live = index.Segments.Sum(segment => segment.LiveBytes);
        var dead = index.Segments.Sum(segment => segment.End) - live;
        return dead > Math.Max(live, (long)DeadSegmentsMin * options.SegmentBytes);
    }

    private Relocation Plan(Segment segment)
    {
        var relocation = new Relocation(segment, isSplit: (mutations & WalMutations.SplitRelocation) != 0);
        if (segment.Frames is { } frames)
        {
            PlanFromMemory(relocation, frames, _frames);
            return relocation;
        }

        var payload = _indexes.ReadIndexed(segment, segment.End, out _, out _);
        foreach (var (_, body) in SegmentIndex.StreamBodies(payload))
        {
            var block = SegmentIndexFormat.ReadStream(body.Span);
            var stream = AddFloor(relocation, block.Name);
            if (block.LastSequence > stream.DeletedTo)
            {
                AddLive(relocation, SegmentIndexFormat.ReadAppended(body.Span, block, stream), _frames);
            }

            AddLive(relocation, SegmentIndexFormat.ReadRelocated(body.Span, block, stream), _frames);
        }

        return relocation;
    }

    /// <summary>A segment for whose index there is no space on the disk. Only this thread, which also seals, lets go of its frames.</summary>
    private void PlanFromMemory(Relocation relocation, SegmentFrames frames, FrameWindow window)
    {
        var relocated = frames.Relocated.ToLookup(frame => frame.Stream);
        var lastFrames = frames.LastFrames();
        foreach (var stream in lastFrames.Keys.Union(frames.States.Keys).Union(relocated.Select(group => group.Key)))
        {
            AddFloor(relocation, stream.Name);
            AddLive(relocation, frames.Of(lastFrames.GetValueOrDefault(stream, -1)), window);
            AddLive(relocation, [.. relocated[stream]], window);
        }
    }

    /// <summary>Adds the numbers of a stream if the segment has the newest evidence of them.</summary>
    private StreamEntry AddFloor(Relocation relocation, string name)
    {
        var segment = relocation.Source;
        StreamEntry stream;
        bool needsFloor;
        lock (index.Gate)
        {
            stream = index.GetOrAdd(name);
            needsFloor = stream.HighestSegment == segment.Number || stream.DeletedSegment == segment.Number;
        }

        if (needsFloor && (mutations & WalMutations.DropFloors) == 0)
        {
            relocation.AddFloor(stream);
        }

        return stream;
    }

    private static void AddLive(Relocation relocation, FrameReference[] frames, FrameWindow window)
    {
        foreach (var frame in frames)
        {
            if (frame.LastSequence > frame.Stream.DeletedTo)
            {
                relocation.Add(Read(relocation.Source, frame, window));
            }
        }
    }

    private static MovedBatch Read(Segment segment, in FrameReference frame, FrameWindow window)
    {
        var payload = window.ReadIndexed(segment, frame.Offset, out var header, out var meta);
        return new MovedBatch(
            frame with { FirstOrdinal = header.FirstOrdinal },
            meta.ToArray(),
            payload.ToArray(),
            header.PayloadChecksum,
            new EventBatchFrame.Reader(meta.Span).Tags());
    }
}
