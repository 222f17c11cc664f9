namespace ActorVectorStore.Wal;

/// <summary>The batches of one stream by ascending sequence numbers, extent by extent.</summary>
internal sealed class StreamSource(Lock gate, StreamEntry stream, StreamExtent[] extents, long fromSequence, long toSequence) : IBatchSource
{
    private FrameReference[] _frames = [];
    private Segment _segment = null!;
    private int _nextRun;
    private int _nextFrame;

    public bool TryNext(FrameWindow window, out Segment segment, out uint offset)
    {
        while (true)
        {
            while (_nextFrame < _frames.Length)
            {
                var frame = _frames[_nextFrame++];
                if (frame.LastSequence >= fromSequence && frame.FirstSequence <= toSequence)
                {
                    (segment, offset) = (_segment, frame.Offset);
                    return true;
                }
            }

            if (_nextRun == extents.Length)
            {
                (segment, offset) = (null!, 0);
                return false;
            }

            // Only what was loaded is behind the reader: after damage the same extent is tried again.
            Load(window, extents[_nextRun]);
            _nextRun++;
        }
    }

    private void Load(FrameWindow window, in StreamExtent extent)
    {
        (_segment, _frames, _nextFrame) = (extent.Segment, [], 0);
        if (extent.IsRelocated)
        {
            var count = (int)(extent.LastSequence - extent.FirstSequence + 1);
            _frames = [new FrameReference(stream, extent.FirstSequence, count, 0, unchecked((uint)extent.Block), extent.Bytes)];
        }
        else
        {
            _frames = FromMemory(extent, out var block) ?? FromIndex(window, extent, block);
        }
    }

    /// <summary>The index knows also what was appended after the reader was made.</summary>
    private FrameReference[] FromIndex(FrameWindow window, in StreamExtent extent, int block)
    {
        var (index, last) = (extent.Segment.Index!, extent.LastSequence);
        var frames = block >= 0 ? index.Appended(stream, block) : index.Search(window, extent.Segment, stream);
        return Array.FindAll(frames, frame => frame.LastSequence <= last);
    }

    /// <summary>
    /// The batches, if the segment has its frames in memory; else where its index has them: it may have been sealed since the reader was made. It may
    /// even have been freed, and its live batches moved elsewhere: what the reader has leased is still here, but only the index says where.
    /// </summary>
    private FrameReference[]? FromMemory(in StreamExtent extent, out int block)
    {
        lock (gate)
        {
            block = extent.Block;
            if (extent.Segment.Frames is { } frames)
            {
                return frames.Of(extent.LastFrame);
            }

            return block >= 0 || stream.TryFindBlock(extent.Segment, out block) || extent.LastSequence > stream.DeletedTo ? null : [];
        }
    }
}
