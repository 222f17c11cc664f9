namespace ActorVectorStore.Wal;

/// <summary>
/// Frees segments: those in which nothing is live at once, and those in which little is live after that little has been appended again, so that one
/// idle stream cannot keep gigabytes. Runs on the maintenance thread.
/// </summary>
internal sealed class Reclaimer(LogIndex index, GroupCommit commits, WalOptions options, FrameSeal seal, WalMutations mutations)
{
    /// <summary>Frees what can be freed now.</summary>
    public ReclaimReport Run()
    {
        MeasurePartlyDeleted();
        var freed = 0;
        long batches = 0, bytes = 0;
        while (PickSegment() is { } segment)
        {
            var relocation = Plan(segment);
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

            var frames = segmentIndex!.Appended(stream, extent.Block);
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
                && segment.Index is not null
                && segment.LiveBytes <= options.RewriteLivePercentMax * (segment.End / 100));
        }
    }

    private Relocation Plan(Segment segment)
    {
        var relocation = new Relocation(segment);
        var frameWindow = new FrameWindow(seal);
        var payload = new FrameWindow(seal).ReadIndexed(segment, segment.End, out _, out _);
        foreach (var (_, body) in SegmentIndex.StreamBodies(payload))
        {
            PlanStream(relocation, body.Span, frameWindow);
        }

        return relocation;
    }

    private void PlanStream(Relocation relocation, ReadOnlySpan<byte> body, FrameWindow window)
    {
        var segment = relocation.Source;
        var block = SegmentIndexFormat.ReadStream(body);
        StreamEntry stream;
        bool needsFloor;
        lock (index.Gate)
        {
            stream = index.GetOrAdd(block.Name);
            needsFloor = stream.HighestSegment == segment.Number || stream.DeletedSegment == segment.Number;
        }

        if (needsFloor && (mutations & WalMutations.DropFloors) == 0)
        {
            relocation.AddFloor(stream);
        }

        if (block.LastSequence > stream.DeletedTo)
        {
            AddLive(relocation, SegmentIndexFormat.ReadAppended(body, block, stream), window);
        }

        if (block.Relocated > 0)
        {
            AddLive(relocation, SegmentIndexFormat.ReadRelocated(body, block, stream), window);
        }
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
