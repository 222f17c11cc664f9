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
        var window = new FrameWindow(seal);
        foreach (var (stream, frames) in StreamsOf(segment, window))
        {
            StreamState state;
            bool needsFloor;
            lock (index.Gate)
            {
                state = stream.State;
                needsFloor = stream.HighestSegment == segment.Number || stream.DeletedSegment == segment.Number;
            }

            foreach (var frame in frames.Where(frame => frame.LastSequence > state.DeletedTo))
            {
                relocation.Add(Read(segment, frame, window));
            }

            if (needsFloor && (mutations & WalMutations.DropFloors) == 0)
            {
                relocation.AddFloor(stream);
            }
        }

        return relocation;
    }

    private List<(StreamEntry Stream, FrameReference[] Frames)> StreamsOf(Segment segment, FrameWindow window)
    {
        var payload = window.ReadIndexed(segment, segment.End, out _, out _).ToArray();
        var streams = new List<(StreamEntry, FrameReference[])>();
        foreach (var (_, body) in SegmentIndex.StreamBodies(payload))
        {
            var block = SegmentIndexFormat.ReadStream(body.Span);
            StreamEntry stream;
            lock (index.Gate)
            {
                stream = index.GetOrAdd(block.Name);
            }

            streams.Add((
                stream,
                [.. SegmentIndexFormat.ReadAppended(body.Span, block, stream), .. SegmentIndexFormat.ReadRelocated(body.Span, block, stream)]));
        }

        return streams;
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
