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

            Load(extents[_nextRun++]);
        }
    }

    private void Load(in StreamExtent extent)
    {
        _segment = extent.Segment;
        _nextFrame = 0;
        if (extent.IsRelocated)
        {
            var count = (int)(extent.LastSequence - extent.FirstSequence + 1);
            _frames = [new FrameReference(stream, extent.FirstSequence, count, 0, unchecked((uint)extent.Block), extent.Bytes)];
        }
        else
        {
            _frames = FromMemory(extent, out var block) ?? extent.Segment.Index!.Appended(stream, block);
        }
    }

    /// <summary>The batches, if the segment has its frames in memory; else where its index has them: it may have been sealed since the reader was made.</summary>
    private FrameReference[]? FromMemory(in StreamExtent extent, out int block)
    {
        lock (gate)
        {
            block = extent.Block;
            if (extent.Segment.Frames is { } frames)
            {
                return frames.Of(extent.LastFrame);
            }

            return block >= 0 || stream.TryFindBlock(extent.Segment, out block) ? null : [];
        }
    }
}
