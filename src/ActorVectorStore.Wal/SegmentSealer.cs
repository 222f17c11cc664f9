using System.Buffers;

namespace ActorVectorStore.Wal;

/// <summary>
/// Writes the index frame and the trailer of a sealed segment. They are not synced: a segment whose index a power failure took is scanned when the
/// log is opened, and sealed again. Used by the maintenance thread.
/// </summary>
internal sealed class SegmentSealer(LogIndex index, FrameSeal seal, WalCounters counters)
{
    private const int KeptBufferBytes = 4 << 20;

    private ArrayBufferWriter<byte> _payload = new(4096);
    private ArrayBufferWriter<byte> _body = new(4096);

    /// <summary>Writes the index of a segment that no commit writes any more, and lets go of the one in memory.</summary>
    public void Seal(Segment segment)
    {
        if (segment.Frames is not { } frames)
        {
            return;
        }

        _payload.ResetWrittenCount();
        var places = new Places();
        SegmentIndexFormat.Write(_payload, _body, frames, NextOrdinalAfter(segment), places);
        Write(segment);
        lock (index.Gate)
        {
            segment.Index = new SegmentIndex(segment.File, segment.End + (long)FrameFormat.HeadBytes, places.Tags);
            segment.Frames = null;
            foreach (var (stream, block) in places.Streams)
            {
                stream.MoveToIndex(segment, block);
            }
        }

        frames.Release();
        if (_payload.Capacity > KeptBufferBytes)
        {
            (_payload, _body) = (new ArrayBufferWriter<byte>(4096), new ArrayBufferWriter<byte>(4096));
        }
    }

    private long NextOrdinalAfter(Segment segment)
    {
        lock (index.Gate)
        {
            return index.Segments.FirstOrDefault(later => later.Number > segment.Number)?.FirstOrdinal ?? index.NextOrdinal;
        }
    }

    private void Write(Segment segment)
    {
        var payload = _payload.WrittenSpan;
        var header = new FrameHeader(
            0, FrameKind.SegmentIndex, 0, 0, payload.Length, segment.End, FrameFormat.PayloadChecksum(payload), 0, segment.Chain);
        Span<byte> head = stackalloc byte[FrameFormat.HeadBytes];
        FrameFormat.WriteHead(head, header, seal, new WalPosition(segment.Number, segment.End));
        segment.File.Write(head, segment.End);
        segment.File.Write(payload, segment.End + (long)FrameFormat.HeadBytes);

        // The padding up to a multiple of 8 stays as it is: no checksum covers it.
        var end = Math.Max(segment.Capacity, segment.End + header.FrameBytes + SegmentFormat.TrailerBytes);
        Span<byte> trailer = stackalloc byte[SegmentFormat.TrailerBytes];
        SegmentFormat.WriteTrailer(trailer, segment.Number, seal.Salt, segment.End);
        segment.File.Write(trailer, end - SegmentFormat.TrailerBytes);
        counters.AddBackgroundBytes(head.Length + payload.Length + trailer.Length);
    }

    private sealed class Places : SegmentIndexFormat.IIndexPlaces
    {
        public List<(StreamEntry Stream, int Block)> Streams { get; } = [];

        public Dictionary<string, int> Tags { get; } = [];

        public void Stream(StreamEntry stream, int block) => Streams.Add((stream, block));

        public void Tag(string tag, int block) => Tags.Add(tag, block);
    }
}
