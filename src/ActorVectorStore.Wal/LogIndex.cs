using System.Runtime.InteropServices;
using System.Text;

namespace ActorVectorStore.Wal;

/// <summary>
/// Where everything durable is: streams, segments and the next ordinal. <see cref="Gate"/> guards all of it, together with the queue of the group
/// commit; it is never held across I/O.
/// </summary>
internal sealed class LogIndex
{
    private readonly Dictionary<string, StreamEntry> _streams = new(StringComparer.Ordinal);
    private readonly List<StreamEntry> _numbered = [];
    private readonly SortedDictionary<uint, Segment> _segments = [];
    private long _nextOrdinal = 1;

    /// <summary>Guards the index and the queue.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Ordinal of the next event to become durable.</summary>
    public long NextOrdinal
    {
        get => Volatile.Read(ref _nextOrdinal);
        set => Volatile.Write(ref _nextOrdinal, value);
    }

    /// <summary>Streams with durable evidence, in the order in which it appeared.</summary>
    public ReadOnlySpan<StreamEntry> Numbered => CollectionsMarshal.AsSpan(_numbered);

    /// <summary>The segments of the log by ascending number.</summary>
    public IReadOnlyCollection<Segment> Segments => _segments.Values;

    /// <summary>Streams with an extent of which only a part is deleted, and whose live bytes are therefore over-estimated.</summary>
    public HashSet<StreamEntry> PartlyDeleted { get; } = [];

    public void AddSegment(Segment segment) => _segments.Add(segment.Number, segment);

    public StreamEntry? Find(string stream) => _streams.GetValueOrDefault(stream);

    /// <summary>The entry of a stream, made if there is none; nothing of it is durable by that.</summary>
    public StreamEntry GetOrAdd(string stream)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_streams, stream, out _);
        return entry ??= new StreamEntry(stream);
    }

    /// <inheritdoc cref="GetOrAdd(string)"/>
    public StreamEntry GetOrAdd(ReadOnlySpan<byte> utf8) => Find(utf8) ?? GetOrAdd(Encoding.UTF8.GetString(utf8));

    public StreamEntry? Find(ReadOnlySpan<byte> utf8)
    {
        Span<char> buffer = stackalloc char[256];
        if (utf8.Length > buffer.Length)
        {
            return Find(Encoding.UTF8.GetString(utf8));
        }

        var name = buffer[..Encoding.UTF8.GetChars(utf8, buffer)];
        return _streams.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var stream) ? stream : null;
    }

    /// <summary>A stream that was only asked for, and of which nothing is durable or pending, need not be remembered.</summary>
    public void ForgetIfUnused(StreamEntry stream)
    {
        if (stream is { Number: < 0, Pending: 0 })
        {
            _streams.Remove(stream.Name);
        }
    }

    /// <summary>An event batch became durable, or was found, in the segment being written or scanned.</summary>
    public void AddAppended(Segment segment, in FrameReference frame, IReadOnlyList<string>? tags)
    {
        Number(frame.Stream);
        var index = segment.Frames!.Add(frame, frame.Stream.LastFrameIn(segment));
        segment.Frames.AddTags(tags, frame.FirstOrdinal, frame.Count, frame.Offset, isRelocated: false);
        frame.Stream.AddAppended(segment, frame.FirstSequence, frame.Count, frame.Bytes, index);
        Learn(frame.Stream, new StreamState(frame.LastSequence, 0), segment);
        NextOrdinal = Math.Max(NextOrdinal, frame.LastOrdinal + 1);
    }

    /// <summary>A segment was scanned: what was appended to it is in its frames.</summary>
    public void AddScanned(Segment segment)
    {
        foreach (var (stream, lastFrame) in segment.Frames!.LastFrames())
        {
            Number(stream);
            var frames = segment.Frames.Of(lastFrame);
            var extent = new StreamExtent(
                segment, frames[0].FirstSequence, frames[^1].LastSequence, frames.Sum(frame => frame.Bytes), isRelocated: false)
            {
                LastFrame = lastFrame,
            };
            Learn(stream, new StreamState(extent.LastSequence, 0), segment);
            if (extent.LastSequence > stream.DeletedTo)
            {
                segment.LiveBytes += extent.Bytes;
                stream.Add(extent);
            }
        }
    }

    /// <summary>A sealed segment's index says that batches of a stream were appended there.</summary>
    public void AddIndexed(Segment segment, StreamEntry stream, in SegmentIndexFormat.StreamBlock content, int block)
    {
        Number(stream);
        Learn(stream, new StreamState(content.LastSequence, 0), segment);
        if (content.LastSequence > stream.DeletedTo)
        {
            segment.LiveBytes += content.Bytes;
            stream.Add(new StreamExtent(segment, content.FirstSequence, content.LastSequence, content.Bytes, isRelocated: false) { Block = block });
        }
    }

    /// <summary>A batch of a freed segment is durable in this one.</summary>
    public void AddRelocated(Segment segment, in FrameReference frame)
    {
        Number(frame.Stream);
        segment.Relocated.Add(frame);
        Learn(frame.Stream, new StreamState(frame.LastSequence, 0), segment);
        if (frame.LastSequence > frame.Stream.DeletedTo)
        {
            segment.LiveBytes += frame.Bytes;
            frame.Stream.Add(new StreamExtent(segment, frame.FirstSequence, frame.LastSequence, frame.Bytes, isRelocated: true)
            {
                Block = unchecked((int)frame.Offset),
            });
        }
    }

    /// <summary>A statement about a stream is durable in this segment.</summary>
    public void AddState(Segment segment, StreamEntry stream, StreamState state)
    {
        Number(stream);
        Learn(stream, state, segment);
        stream.DropDeleted();
        if (stream.PartlyDeleted() is not null)
        {
            PartlyDeleted.Add(stream);
        }
    }

    /// <summary>A segment has left the log; its file may be reused when no reader holds it.</summary>
    public void RemoveSegment(Segment segment) => _segments.Remove(segment.Number);

    public Segment? FindSegment(uint number) => _segments.GetValueOrDefault(number);

    /// <summary>Takes in evidence, and keeps count of what each segment would have to restate.</summary>
    private void Learn(StreamEntry stream, StreamState state, Segment segment)
    {
        var (highest, deleted) = (stream.HighestSegment, stream.DeletedSegment);
        stream.Learn(state, segment.Number);
        if (highest == stream.HighestSegment && deleted == stream.DeletedSegment)
        {
            return;
        }

        var bytes = FrameFormat.FrameBytes(StreamStateFrame.MetaBytes(stream.Name), 0);
        CountFloor(highest, deleted, -bytes);
        CountFloor(stream.HighestSegment, stream.DeletedSegment, bytes);
    }

    private void CountFloor(uint highest, uint deleted, long bytes)
    {
        AddFloorBytes(highest, bytes);
        if (deleted != highest)
        {
            AddFloorBytes(deleted, bytes);
        }
    }

    private void AddFloorBytes(uint number, long bytes)
    {
        if (_segments.TryGetValue(number, out var segment))
        {
            segment.FloorBytes += bytes;
        }
    }

    private void Number(StreamEntry stream)
    {
        if (stream.Number < 0)
        {
            stream.Number = _numbered.Count;
            _numbered.Add(stream);
        }
    }
}
