using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>Brings the content of segments into the index at recovery: from a segment's index frame, or frame by frame.</summary>
internal sealed class SegmentLoader(LogIndex index, FrameWindow window, WalMutations mutations)
{
    private const int EndBytes = 128 << 10;

    private readonly SortedDictionary<uint, Start> _starts = [];
    private readonly Dictionary<StreamEntry, int> _lastFrames = [];
    private readonly HashSet<string> _tags = [];

    private readonly record struct Start(IFile File, ulong PreviousChain, WalPosition PreviousEnd);

    /// <summary>
    /// Scans a segment, to <paramref name="knownEnd"/> if that is given. <paramref name="live"/>, if given, is filled with the earlier segments of
    /// which the log consists, and their ends.
    /// </summary>
    public SegmentScanner Scan(Segment segment, long? knownEnd, bool isFollowed, IDictionary<uint, uint>? live)
    {
        segment.Frames = new SegmentFrames();
        _lastFrames.Clear();
        index.AddSegment(segment);
        var scanner = new SegmentScanner(segment.File, segment.Number, window, mutations);
        scanner.Scan(knownEnd, isFollowed, (in header, offset, meta, payload) => Accept(segment, header, offset, meta, payload, live));
        index.AddScanned(segment);
        segment.End = (uint)scanner.Offset;
        segment.Chain = scanner.Chain;
        segment.IsSealed |= scanner.IsSealed;
        return scanner;
    }

    /// <summary>Loads a sealed segment from its index; false if it has no valid one, and then nothing was loaded.</summary>
    public bool TryLoadIndex(Segment segment)
    {
        var file = segment.File;
        if (!TryReadTrailer(segment, out var indexOffset)
            || window.Read(file, segment.Number, indexOffset, file.Length, out var header, out _, out var payload) is var state && !IsTrusted(state)
            || header.Kind != FrameKind.SegmentIndex)
        {
            return false;
        }

        try
        {
            LoadIndex(segment, indexOffset, header, payload);
        }
        catch (InvalidDataException e)
        {
            throw new CorruptionException(file.Path, indexOffset, "the index of a segment", e.Message);
        }

        return true;
    }

    private void LoadIndex(Segment segment, uint indexOffset, in FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        var tags = SegmentIndex.TagBodies(payload).ToDictionary(body => Interned(SegmentIndexFormat.ReadTagName(body.Body.Span)), body => body.Block);
        segment.Index = new SegmentIndex(segment.File, indexOffset + FrameFormat.HeadBytes, tags);
        segment.End = indexOffset;
        segment.Chain = header.Chain;
        index.AddSegment(segment);
        index.NextOrdinal = Math.Max(index.NextOrdinal, SegmentIndexFormat.NextOrdinal(payload.Span));
        foreach (var (block, body) in SegmentIndex.StreamBodies(payload))
        {
            LoadStream(segment, block, body.Span);
        }

        LoadStart(segment);
    }

    private bool IsTrusted(FrameState state) =>
        state == FrameState.Valid || (state == FrameState.PayloadDamaged && (mutations & WalMutations.TrustDamagedIndex) != 0);

    /// <summary>Whether the segment's file ends with a trailer, which only a sealed one has.</summary>
    public bool HasTrailer(Segment segment) => TryReadTrailer(segment, out _);

    private bool TryReadTrailer(Segment segment, out uint indexOffset)
    {
        var file = segment.File;

        // The index stands right before the trailer, as a rule: one read fetches both.
        window.Bytes(file, Math.Max(0, file.Length - EndBytes), EndBytes, file.Length);
        var trailer = window.Bytes(file, file.Length - SegmentFormat.TrailerBytes, SegmentFormat.TrailerBytes, file.Length);
        return SegmentFormat.TryReadTrailer(trailer.Span, segment.Number, window.Seal.Salt, out indexOffset);
    }

    /// <summary>Each segment must begin where the one before it says that it ended; else one of them was replaced by another version of itself.</summary>
    /// <exception cref="CorruptionException">It does not.</exception>
    public void CheckSequence()
    {
        foreach (var (number, start) in _starts)
        {
            if (index.FindSegment(start.PreviousEnd.Segment) is { } previous
                && (previous.End != start.PreviousEnd.Offset || previous.Chain != start.PreviousChain)
                && (mutations & (WalMutations.SkipChain | WalMutations.TruncateOnBadFrame)) == 0)
            {
                throw new CorruptionException(
                    previous.File.Path,
                    previous.End,
                    $"the end of its frames at {start.PreviousEnd.Offset} behind checksum {start.PreviousChain:x16}, as segment {number} says",
                    $"their end at {previous.End} behind {previous.Chain:x16}");
            }
        }
    }

    private void Accept(
        Segment segment, in FrameHeader header, uint offset, ReadOnlyMemory<byte> meta, ReadOnlyMemory<byte> payload, IDictionary<uint, uint>? live)
    {
        switch (header.Kind)
        {
            case FrameKind.SegmentStart:
                AcceptStart(segment, header, meta.Span);
                if (live is not null)
                {
                    SegmentStartFrame.ReadPayload(payload.Span, live);
                }

                break;
            case FrameKind.EventBatch:
                AcceptBatch(segment, header, offset, meta.Span);
                break;
            case FrameKind.StreamState:
                AcceptState(segment, meta.Span);
                break;
            case FrameKind.SegmentFreed:
                live?.Remove(SegmentFreedFrame.Segment(meta.Span));
                AcceptMoved(segment, offset, payload);
                break;
        }
    }

    private void AcceptStart(Segment segment, in FrameHeader header, ReadOnlySpan<byte> meta)
    {
        _starts[segment.Number] = new Start(segment.File, header.Chain, SegmentStartFrame.PreviousEnd(meta));
        segment.FirstOrdinal = SegmentStartFrame.NextOrdinal(meta);
        index.NextOrdinal = Math.Max(index.NextOrdinal, segment.FirstOrdinal);
    }

    private void AcceptBatch(Segment segment, in FrameHeader header, uint offset, ReadOnlySpan<byte> meta)
    {
        var batch = new EventBatchFrame.Reader(meta);
        var frame = new FrameReference(
            index.GetOrAdd(batch.StreamUtf8), batch.FirstSequence, batch.Count, header.FirstOrdinal, offset, header.FrameBytes);
        if (header.IsRelocated)
        {
            segment.Frames!.AddRelocated(frame);
            segment.Frames.AddTags(Interned(batch), frame.FirstOrdinal, frame.Count, offset, isRelocated: true);
            index.AddRelocated(segment, frame);
        }
        else
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastFrames, frame.Stream, out var exists);
            last = segment.Frames!.Add(frame, exists ? last : -1);
            segment.Frames.AddTags(Interned(batch), frame.FirstOrdinal, frame.Count, offset, isRelocated: false);
            index.NextOrdinal = Math.Max(index.NextOrdinal, frame.LastOrdinal + 1);
        }
    }

    /// <summary>One text for a tag, in however many segments it is.</summary>
    private string Interned(string tag)
    {
        if (_tags.TryGetValue(tag, out var known))
        {
            return known;
        }

        _tags.Add(tag);
        return tag;
    }

    private string[]? Interned(EventBatchFrame.Reader batch) => batch.TagCount > 0 ? [.. batch.Tags().Select(Interned)] : null;

    private void AcceptState(Segment segment, ReadOnlySpan<byte> meta)
    {
        var stream = index.GetOrAdd(StreamStateFrame.StreamUtf8(meta));
        var state = StreamStateFrame.ReadState(meta);
        segment.Frames!.AddState(stream, state);
        Learn(segment, stream, state);
    }

    private void Learn(Segment segment, StreamEntry stream, StreamState state) =>
        index.AddState(segment, stream, (mutations & WalMutations.IgnoreDeletions) == 0 ? state : state with { DeletedTo = 0 });

    /// <summary>The frames inside a frame that frees a segment: their payloads were verified with the outer one.</summary>
    private void AcceptMoved(Segment segment, uint offset, ReadOnlyMemory<byte> payload)
    {
        var at = offset + (long)FrameFormat.HeadBytes + SegmentFreedFrame.MetaBytes;
        while (!payload.IsEmpty)
        {
            FrameFormat.TryParse(payload.Span, (uint)at, out var header);
            var meta = payload.Slice(FrameFormat.HeadBytes, header.MetaLength);
            Accept(segment, header, (uint)at, meta, default, live: null);
            payload = payload[(int)header.FrameBytes..];
            at += header.FrameBytes;
        }
    }

    private void LoadStream(Segment segment, int block, ReadOnlySpan<byte> body)
    {
        var content = SegmentIndexFormat.ReadStream(body);
        var stream = index.GetOrAdd(content.Name);
        if (content.State is { } state)
        {
            Learn(segment, stream, state);
        }

        if (content.Appended > 0)
        {
            index.AddIndexed(segment, stream, content, block);
        }

        foreach (var frame in SegmentIndexFormat.ReadRelocated(body, content, stream))
        {
            index.AddRelocated(segment, frame);
        }
    }

    private void LoadStart(Segment segment)
    {
        if (!window.TryReadHead(segment.File, segment.Number, SegmentFormat.HeaderBytes, segment.File.Length, out var header, out var meta)
            || header.Kind != FrameKind.SegmentStart)
        {
            throw new CorruptionException(segment.File.Path, SegmentFormat.HeaderBytes, "the first frame of a segment", "bytes that are none");
        }

        AcceptStart(segment, header, meta.Span);
    }
}
