namespace ActorVectorStore.Wal;

/// <summary>
/// Writes the index frame and the trailer of a sealed segment. They are not synced: a segment whose index a power failure took is scanned when the
/// log is opened, and sealed again.
/// </summary>
internal sealed class SegmentSealer(LogIndex index, FrameSeal seal, WalCounters counters)
{
    /// <summary>Writes the index of a segment that no commit writes any more, and lets go of the one in memory.</summary>
    public void Seal(Segment segment)
    {
        if (segment.Frames is not { } frames)
        {
            return;
        }

        var blocks = new List<(StreamEntry Stream, int Block)>();
        var payload = SegmentIndexFormat.Write(frames, NextOrdinalAfter(segment), (stream, block) => blocks.Add((stream, block)));
        var payloadOffset = segment.End + (long)FrameFormat.HeadBytes;
        Write(segment, payload);
        var tags = SegmentIndex.TagBodies(payload).ToDictionary(body => SegmentIndexFormat.ReadTag(body.Body.Span).Tag, body => body.Block);
        lock (index.Gate)
        {
            segment.Index = new SegmentIndex(segment.File, payloadOffset, tags);
            segment.Frames = null;
            foreach (var (stream, block) in blocks)
            {
                stream.MoveToIndex(segment, block);
            }
        }
    }

    private long NextOrdinalAfter(Segment segment)
    {
        lock (index.Gate)
        {
            return index.Segments.FirstOrDefault(later => later.Number > segment.Number)?.FirstOrdinal ?? index.NextOrdinal;
        }
    }

    private void Write(Segment segment, byte[] payload)
    {
        var frameBytes = FrameFormat.FrameBytes(0, payload.Length);
        var end = Math.Max(segment.Capacity, segment.End + frameBytes + SegmentFormat.TrailerBytes);
        var bytes = new byte[checked((int)frameBytes)];
        payload.CopyTo(bytes, FrameFormat.HeadBytes);
        var header = new FrameHeader(
            0, FrameKind.SegmentIndex, 0, 0, payload.Length, segment.End, FrameFormat.PayloadChecksum(payload), 0, segment.Chain);
        FrameFormat.WriteHead(bytes, header, seal, new WalPosition(segment.Number, segment.End));
        segment.File.Write(bytes, segment.End);

        Span<byte> trailer = stackalloc byte[SegmentFormat.TrailerBytes];
        SegmentFormat.WriteTrailer(trailer, segment.Number, seal.Salt, segment.End);
        segment.File.Write(trailer, end - SegmentFormat.TrailerBytes);
        counters.AddBackgroundBytes(bytes.Length + trailer.Length);
    }
}
