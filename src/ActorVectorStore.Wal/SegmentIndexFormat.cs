using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ActorVectorStore.Wal;

/// <summary>
/// Payload of a <see cref="FrameKind.SegmentIndex"/> frame (no meta): what a sealed segment holds, so that opening a log reads this instead of the
/// segment. It can always be made again from the frames. Malformed bytes give <see cref="InvalidDataException"/>. <c>v</c> is an unsigned LEB128 number.
/// <code>
/// offset size type  meaning
///      0    8 i64   ordinal of the next event after this segment
///      8    4 u32   number of stream blocks
///     12    4 u32   number of tag blocks
///     16            stream blocks, then tag blocks; each:
///                   u32 bytes of the body, u64 checksum of the body (XXH3-64), body
///
/// body of a stream block
///                   v length of the name, name in UTF-8
///                   v 1 if a state follows, else 0; [v highest sequence, v deleted to]
///                   v appended batches; if any: v first sequence, v last sequence, v bytes of their frames
///                   v relocated batches
///                   appended batches, each: v first sequence minus the last of the one before (at first: minus 0), v count,
///                       v (offset minus the offset before) / 8, v frame bytes / 8
///                   relocated batches, each: v first sequence, v count, v ordinal, v offset / 8, v frame bytes / 8
/// body of a tag block
///                   v length of the tag, tag in UTF-8; v batches
///                   each: v (offset minus the offset before) / 8 * 2, plus 1 if relocated; v ordinal; v count
/// </code>
/// </summary>
internal static class SegmentIndexFormat
{
    public const int FixedBytes = 16;
    public const int BlockHeadBytes = 12;

    private const int VarintBytesMax = 10;
    private const int NumbersOfAppended = 4;
    private const int AppendedBytesMin = NumbersOfAppended;
    private const int RelocatedBytesMin = 5;
    private const int TaggedBytesMin = 3;

    /// <summary>
    /// Encodes the index of a segment behind what <paramref name="output"/> has. <paramref name="placed"/> is told where in the payload each block
    /// begins. <paramref name="body"/> is working space.
    /// </summary>
    public static void Write(
        ArrayBufferWriter<byte> output, ArrayBufferWriter<byte> body, SegmentFrames frames, long nextOrdinal, IIndexPlaces placed)
    {
        var start = output.WrittenCount;
        var relocated = frames.Relocated.ToLookup(frame => frame.Stream);
        var lastFrames = frames.LastFrames();
        var streams = new HashSet<StreamEntry>(lastFrames.Keys);
        streams.UnionWith(frames.States.Keys);
        streams.UnionWith(relocated.Select(group => group.Key));

        WriteFixed(output, nextOrdinal, streams.Count, frames.Tags.Count);
        foreach (var stream in streams)
        {
            body.ResetWrittenCount();
            WriteStream(body, stream, frames, lastFrames.GetValueOrDefault(stream, -1), [.. relocated[stream]]);
            placed.Stream(stream, output.WrittenCount - start);
            WriteBlock(output, body.WrittenSpan);
        }

        foreach (var (tag, tagged) in frames.Tags)
        {
            body.ResetWrittenCount();
            WriteTag(body, tag, tagged);
            placed.Tag(tag, output.WrittenCount - start);
            WriteBlock(output, body.WrittenSpan);
        }
    }

    public static long NextOrdinal(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload);

    public static int StreamBlocks(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt32LittleEndian(payload[8..]);

    public static int TagBlocks(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt32LittleEndian(payload[12..]);

    public static int BodyBytes(ReadOnlySpan<byte> blockHead) => BinaryPrimitives.ReadInt32LittleEndian(blockHead);

    public static ulong BodyChecksum(ReadOnlySpan<byte> blockHead) => BinaryPrimitives.ReadUInt64LittleEndian(blockHead[4..]);

    public static StreamBlock ReadStream(ReadOnlySpan<byte> body)
    {
        var reader = new VarintReader(body);
        var name = reader.ReadText();
        StreamState? state = reader.Read() == 1 ? new StreamState((long)reader.Read(), (long)reader.Read()) : null;
        var appended = reader.ReadCount(AppendedBytesMin);
        var (first, last, bytes) = appended > 0 ? ((long)reader.Read(), (long)reader.Read(), (long)reader.Read()) : default;
        return new StreamBlock(name, state, appended, first, last, bytes, reader.ReadCount(RelocatedBytesMin), body.Length - reader.Remaining);
    }

    /// <summary>The appended batches of a stream block, in ascending order.</summary>
    public static FrameReference[] ReadAppended(ReadOnlySpan<byte> body, in StreamBlock block, StreamEntry stream)
    {
        var reader = new VarintReader(body[block.ListOffset..]);
        var frames = new FrameReference[block.Appended];
        long sequence = 0;
        uint offset = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            var first = sequence + (long)reader.Read();
            var count = (int)reader.Read();
            offset += (uint)reader.Read() * FrameFormat.Alignment;
            frames[i] = new FrameReference(stream, first, count, 0, offset, (long)reader.Read() * FrameFormat.Alignment);
            sequence = frames[i].LastSequence;
        }

        return frames;
    }

    /// <summary>The relocated batches of a stream block.</summary>
    public static FrameReference[] ReadRelocated(ReadOnlySpan<byte> body, in StreamBlock block, StreamEntry stream)
    {
        if (block.Relocated == 0)
        {
            // As a rule: opening a log would step over every batch of it only to find nothing behind them.
            return [];
        }

        var reader = new VarintReader(body[block.ListOffset..]);
        for (var i = 0; i < NumbersOfAppended * block.Appended; i++)
        {
            reader.Read();
        }

        var frames = new FrameReference[block.Relocated];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = new FrameReference(
                stream,
                (long)reader.Read(),
                (int)reader.Read(),
                (long)reader.Read(),
                (uint)reader.Read() * FrameFormat.Alignment,
                (long)reader.Read() * FrameFormat.Alignment);
        }

        return frames;
    }

    public static string ReadTagName(ReadOnlySpan<byte> body) => new VarintReader(body).ReadText();

    public static (string Tag, TaggedFrame[] Frames) ReadTag(ReadOnlySpan<byte> body)
    {
        var reader = new VarintReader(body);
        var tag = reader.ReadText();
        var frames = new TaggedFrame[reader.ReadCount(TaggedBytesMin)];
        uint offset = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            var step = reader.Read();
            offset += (uint)(step >> 1) * FrameFormat.Alignment;
            frames[i] = new TaggedFrame((long)reader.Read(), (int)reader.Read(), offset, (step & 1) != 0);
        }

        return (tag, frames);
    }

    private static void WriteFixed(ArrayBufferWriter<byte> output, long nextOrdinal, int streams, int tags)
    {
        var span = output.GetSpan(FixedBytes);
        BinaryPrimitives.WriteInt64LittleEndian(span, nextOrdinal);
        BinaryPrimitives.WriteInt32LittleEndian(span[8..], streams);
        BinaryPrimitives.WriteInt32LittleEndian(span[12..], tags);
        output.Advance(FixedBytes);
    }

    private static void WriteBlock(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> body)
    {
        var span = output.GetSpan(BlockHeadBytes + body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span, body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(span[4..], XxHash3.HashToUInt64(body));
        body.CopyTo(span[BlockHeadBytes..]);
        output.Advance(BlockHeadBytes + body.Length);
    }

    private static void WriteStream(
        ArrayBufferWriter<byte> body, StreamEntry stream, SegmentFrames frames, int lastFrame, FrameReference[] relocated)
    {
        WriteText(body, stream.Name);
        if (frames.States.TryGetValue(stream, out var state))
        {
            WriteVarint(body, 1);
            WriteVarint(body, (ulong)state.HighestSequence);
            WriteVarint(body, (ulong)state.DeletedTo);
        }
        else
        {
            WriteVarint(body, 0);
        }

        var count = frames.CountOf(lastFrame);
        var rented = ArrayPool<FrameReference>.Shared.Rent(count);
        var appended = rented.AsSpan(0, count);
        WriteVarint(body, (ulong)count);
        if (count > 0)
        {
            frames.Copy(lastFrame, appended);
            WriteVarint(body, (ulong)appended[0].FirstSequence);
            WriteVarint(body, (ulong)appended[^1].LastSequence);
            WriteVarint(body, (ulong)TotalBytes(appended));
        }

        WriteVarint(body, (ulong)relocated.Length);
        WriteAppended(body, appended);
        ArrayPool<FrameReference>.Shared.Return(rented);
        foreach (var frame in relocated)
        {
            WriteVarint(body, (ulong)frame.FirstSequence);
            WriteVarint(body, (ulong)frame.Count);
            WriteVarint(body, (ulong)frame.FirstOrdinal);
            WriteVarint(body, frame.Offset / FrameFormat.Alignment);
            WriteVarint(body, (ulong)frame.Bytes / FrameFormat.Alignment);
        }
    }

    private static long TotalBytes(ReadOnlySpan<FrameReference> frames)
    {
        long bytes = 0;
        foreach (ref readonly var frame in frames)
        {
            bytes += frame.Bytes;
        }

        return bytes;
    }

    private static void WriteAppended(ArrayBufferWriter<byte> body, ReadOnlySpan<FrameReference> appended)
    {
        long sequence = 0;
        uint offset = 0;
        foreach (ref readonly var frame in appended)
        {
            WriteVarint(body, (ulong)(frame.FirstSequence - sequence));
            WriteVarint(body, (ulong)frame.Count);
            WriteVarint(body, (frame.Offset - offset) / FrameFormat.Alignment);
            WriteVarint(body, (ulong)frame.Bytes / FrameFormat.Alignment);
            (sequence, offset) = (frame.LastSequence, frame.Offset);
        }
    }

    private static void WriteTag(ArrayBufferWriter<byte> body, string tag, List<TaggedFrame> frames)
    {
        WriteText(body, tag);
        WriteVarint(body, (ulong)frames.Count);
        uint offset = 0;
        foreach (var frame in frames)
        {
            WriteVarint(body, ((ulong)((frame.Offset - offset) / FrameFormat.Alignment) << 1) | (frame.IsRelocated ? 1UL : 0));
            WriteVarint(body, (ulong)frame.FirstOrdinal);
            WriteVarint(body, (ulong)frame.Count);
            offset = frame.Offset;
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> body, string text)
    {
        WriteVarint(body, (ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, body);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> body, ulong value)
    {
        var span = body.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        body.Advance(length);
    }

    /// <summary>Is told where the blocks of an index begin, in bytes from the start of its payload.</summary>
    internal interface IIndexPlaces
    {
        void Stream(StreamEntry stream, int block);

        void Tag(string tag, int block);
    }

    /// <summary>The fixed part of a stream block's body.</summary>
    internal readonly record struct StreamBlock(
        string Name, StreamState? State, int Appended, long FirstSequence, long LastSequence, long Bytes, int Relocated, int ListOffset);

    private ref struct VarintReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly int Remaining => _rest.Length;

        public ulong Read()
        {
            ulong value = 0;
            var length = 0;
            byte next;
            do
            {
                if (length == Math.Min(_rest.Length, VarintBytesMax))
                {
                    throw new InvalidDataException($"The index has a number that does not end within {length} bytes.");
                }

                next = _rest[length];
                value |= (ulong)(next & 0x7F) << (7 * length);
                length++;
            }
            while (next >= 0x80);

            _rest = _rest[length..];
            return value;
        }

        /// <summary>The number of elements that follow, each of at least so many bytes: memory is taken only for what can be there.</summary>
        public int ReadCount(int elementBytesMin)
        {
            var count = Read();
            return count <= (ulong)(_rest.Length / elementBytesMin)
                ? (int)count
                : throw new InvalidDataException($"The index speaks of {count} elements where {_rest.Length} bytes follow.");
        }

        public string ReadText()
        {
            var length = ReadCount(1);
            var text = Encoding.UTF8.GetString(_rest[..length]);
            _rest = _rest[length..];
            return text;
        }
    }
}
