using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Frees segments: those in which nothing is live at once, and those in which little is live after that little has been appended again, so that one
/// idle stream cannot keep gigabytes. Runs on the maintenance thread.
/// </summary>
internal sealed class Reclaimer(LogIndex index, GroupCommit commits, WalOptions options, FrameSeal seal, WalMutations mutations)
{
    // A segment that holds little but the numbers of streams would move on every pass, and gain nothing by it.
    private const int FloorPercentMax = 50;

    private readonly HashSet<uint> _damaged = [];

    /// <summary>Damage that keeps a segment from being freed, or null. It is not looked at again before the log is opened anew.</summary>
    public CorruptionException? Problem { get; private set; }

    /// <summary>Frees what can be freed now.</summary>
    public ReclaimReport Run()
    {
        MeasurePartlyDeleted();
        var freed = 0;
        long batches = 0, bytes = 0;
        while (PickSegment() is { } segment)
        {
            if (PlanUndamaged(segment) is not { } relocation)
            {
                continue;
            }

            var pending = commits.Rent();
            pending.SetRelocation(relocation);
            commits.Append(pending);
            freed++;
            batches += relocation.Batches.Count;
            bytes += relocation.Batches.Sum(batch => batch.Frame.Bytes);
        }

        return new ReclaimReport(freed, batches, bytes);
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

    private Segment? PickSegment()
    {
        lock (index.Gate)
        {
            var head = index.Segments.LastOrDefault();
            return index.Segments.FirstOrDefault(segment =>
                segment != head
                && segment.IsSealed
                && !_damaged.Contains(segment.Number)
                && segment.LiveBytes <= options.RewriteLivePercentMax * (segment.End / 100)
                && segment.LiveBytes + segment.FloorBytes <= Math.Max(options.RewriteLivePercentMax, FloorPercentMax) * (segment.End / 100));
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

    private Relocation Plan(Segment segment)
    {
        var relocation = new Relocation(segment);
        var frameWindow = new FrameWindow(seal);
        if (segment.Frames is { } frames)
        {
            PlanFromMemory(relocation, frames, frameWindow);
            return relocation;
        }

        var payload = new FrameWindow(seal).ReadIndexed(segment, segment.End, out _, out _);
        foreach (var (_, body) in SegmentIndex.StreamBodies(payload))
        {
            var block = SegmentIndexFormat.ReadStream(body.Span);
            var stream = AddFloor(relocation, block.Name);
            if (block.LastSequence > stream.DeletedTo)
            {
                AddLive(relocation, SegmentIndexFormat.ReadAppended(body.Span, block, stream), frameWindow);
            }

            AddLive(relocation, SegmentIndexFormat.ReadRelocated(body.Span, block, stream), frameWindow);
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
