namespace ActorVectorStore.Wal;

/// <summary>The batches of one stream by ascending sequence numbers, extent by extent.</summary>
internal sealed class StreamSource(Lock gate, StreamEntry stream, StreamSource.Run[] runs, long fromSequence, long toSequence) : IBatchSource
{
    private FrameReference[] _frames = [];
    private Segment _segment = null!;
    private int _nextRun;
    private int _nextFrame;

    /// <summary>An extent as it was when the reader was made; of the segment being written, with its frames.</summary>
    internal readonly record struct Run(StreamExtent Extent, SegmentFrames? Frames, SegmentIndex? Index);

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

            if (_nextRun == runs.Length)
            {
                (segment, offset) = (null!, 0);
                return false;
            }

            Load(runs[_nextRun++]);
        }
    }

    private void Load(in Run run)
    {
        var extent = run.Extent;
        _segment = extent.Segment;
        _nextFrame = 0;
        if (extent.IsRelocated)
        {
            var count = (int)(extent.LastSequence - extent.FirstSequence + 1);
            _frames = [new FrameReference(stream, extent.FirstSequence, count, 0, unchecked((uint)extent.Block), extent.Bytes)];
        }
        else if (run.Frames is { } frames)
        {
            lock (gate)
            {
                _frames = frames.Of(extent.LastFrame);
            }
        }
        else
        {
            _frames = run.Index!.Appended(stream, extent.Block);
        }
    }
}
