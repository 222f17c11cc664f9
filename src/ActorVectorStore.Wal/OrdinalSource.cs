using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Batches of all streams by ascending ordinals: those that stand where they were appended come segment by segment, and the relocated ones, which
/// are few, are merged in between.
/// </summary>
internal abstract class OrdinalSource(OrdinalSource.Part[] parts, OrdinalSource.Place[] relocated, long fromOrdinal) : IBatchSource
{
    private int _nextPart;
    private int _nextRelocated;
    private Place? _appended;
    private bool _isOpen;

    /// <summary>A segment as it was when the reader was made.</summary>
    internal readonly record struct Part(Segment Segment, uint End);

    /// <summary>Where a batch is, and its ordinals.</summary>
    internal readonly record struct Place(Segment Segment, uint Offset, long FirstOrdinal, long LastOrdinal);

    public bool TryNext(FrameWindow window, out Segment segment, out uint offset)
    {
        _appended ??= NextAppended(window);
        Place? relocatedPlace = _nextRelocated < relocated.Length ? relocated[_nextRelocated] : null;
        Place? next;
        if (relocatedPlace is { } moved && (_appended is null || moved.FirstOrdinal < _appended.Value.FirstOrdinal))
        {
            next = moved;
            _nextRelocated++;
        }
        else
        {
            next = _appended;
            _appended = null;
        }

        (segment, offset) = next is { } place ? (place.Segment, place.Offset) : (null!, 0);
        return next is not null;
    }

    /// <summary>Begins with the appended batches of a segment.</summary>
    protected abstract void Open(in Part part);

    /// <summary>The next appended batch of the segment that was opened, or null at its end.</summary>
    protected abstract Place? NextInPart(FrameWindow window);

    private Place? NextAppended(FrameWindow window)
    {
        while (true)
        {
            if (_isOpen && NextInPart(window) is { } place)
            {
                if (place.LastOrdinal >= fromOrdinal)
                {
                    return place;
                }

                continue;
            }

            if (_nextPart == parts.Length)
            {
                return null;
            }

            // Only what was opened is behind the reader: after damage the same segment is tried again.
            Open(parts[_nextPart]);
            _nextPart++;
            _isOpen = true;
        }
    }
}

/// <summary>All batches: the segments' frames one after the other.</summary>
internal sealed class AllSource(OrdinalSource.Part[] parts, OrdinalSource.Place[] relocated, long fromOrdinal)
    : OrdinalSource(parts, relocated, fromOrdinal)
{
    private Part _part;
    private long _offset;

    protected override void Open(in Part part) => (_part, _offset) = (part, SegmentFormat.HeaderBytes);

    protected override Place? NextInPart(FrameWindow window)
    {
        while (_offset < _part.End)
        {
            var offset = (uint)_offset;
            if (!window.TryReadHead(_part.Segment.File, _part.Segment.Number, offset, _part.End, out var header, out var meta))
            {
                throw new CorruptionException(_part.Segment.File.Path, offset, "a frame of this log", "bytes that are none");
            }

            _offset += header.FrameBytes;
            if (header.Kind == FrameKind.EventBatch)
            {
                var count = new EventBatchFrame.Reader(meta.Span).Count;
                return new Place(_part.Segment, offset, header.FirstOrdinal, header.FirstOrdinal + count - 1);
            }
        }

        return null;
    }
}

/// <summary>The batches with one tag.</summary>
internal sealed class TagSource(Lock gate, string tag, OrdinalSource.Part[] parts, OrdinalSource.Place[] relocated, long fromOrdinal)
    : OrdinalSource(parts, relocated, fromOrdinal)
{
    private Segment _segment = null!;
    private TaggedFrame[] _frames = [];
    private int _next;

    protected override void Open(in Part part) => (_segment, _frames, _next) = (part.Segment, Tagged(gate, part, tag), 0);

    protected override Place? NextInPart(FrameWindow window)
    {
        while (_next < _frames.Length)
        {
            var frame = _frames[_next++];
            if (!frame.IsRelocated)
            {
                return new Place(_segment, frame.Offset, frame.FirstOrdinal, frame.LastOrdinal);
            }
        }

        return null;
    }

    /// <summary>The batches of a segment that have the tag, relocated ones included.</summary>
    internal static TaggedFrame[] Tagged(Lock gate, in Part part, string tag)
    {
        lock (gate)
        {
            if (part.Segment.Frames is { } frames)
            {
                return frames.Tagged(tag, part.End);
            }
        }

        // The index knows also what was appended after the reader was made.
        var end = part.End;
        return Array.FindAll(part.Segment.Index!.Tagged(tag), frame => frame.Offset < end);
    }
}
