using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// The index frame of a sealed segment, on disk: only where its tags are stays in memory; a stream's block is read when the stream is. Unchanging.
/// </summary>
/// <param name="file">The segment's file.</param>
/// <param name="payloadOffset">Where the index frame's payload begins in the file.</param>
/// <param name="tags">Where in the payload each tag's block begins.</param>
internal sealed class SegmentIndex(IFile file, long payloadOffset, IReadOnlyDictionary<string, int> tags)
{
    /// <summary>The batches of a stream that were appended to this segment.</summary>
    public FrameReference[] Appended(StreamEntry stream, int block)
    {
        var body = ReadBody(block);
        return SegmentIndexFormat.ReadAppended(body, SegmentIndexFormat.ReadStream(body), stream);
    }

    /// <summary>As <see cref="Appended"/>, where nobody remembers the stream's block any more: reads the whole index.</summary>
    /// <exception cref="CorruptionException">The index is damaged or does not have the stream.</exception>
    public FrameReference[] Search(FrameWindow window, Segment segment, StreamEntry stream)
    {
        foreach (var (_, body) in StreamBodies(window.ReadIndexed(segment, segment.End, out _, out _)))
        {
            var block = SegmentIndexFormat.ReadStream(body.Span);
            if (block.Name == stream.Name)
            {
                return SegmentIndexFormat.ReadAppended(body.Span, block, stream);
            }
        }

        throw new CorruptionException(file.Path, payloadOffset, $"an index that has the stream {stream.Name}", "one without it");
    }

    /// <summary>The batches here that have a tag, in the order of their offsets.</summary>
    public TaggedFrame[] Tagged(string tag) => tags.TryGetValue(tag, out var block) ? SegmentIndexFormat.ReadTag(ReadBody(block)).Frames : [];

    /// <summary>Fixed parts of all stream blocks, each with its offset in the payload: reads the whole index.</summary>
    public static IEnumerable<(int Block, ReadOnlyMemory<byte> Body)> StreamBodies(ReadOnlyMemory<byte> payload) =>
        Bodies(payload, isStreams: true);

    /// <summary>All tag blocks, each with its offset in the payload.</summary>
    public static IEnumerable<(int Block, ReadOnlyMemory<byte> Body)> TagBodies(ReadOnlyMemory<byte> payload) =>
        Bodies(payload, isStreams: false);

    private static IEnumerable<(int Block, ReadOnlyMemory<byte> Body)> Bodies(ReadOnlyMemory<byte> payload, bool isStreams)
    {
        Require(payload.Length >= SegmentIndexFormat.FixedBytes, payload.Length);
        var streams = SegmentIndexFormat.StreamBlocks(payload.Span);
        var end = isStreams ? streams : streams + (long)SegmentIndexFormat.TagBlocks(payload.Span);
        var block = SegmentIndexFormat.FixedBytes;
        for (var i = 0; i < end; i++)
        {
            Require(payload.Length - block >= SegmentIndexFormat.BlockHeadBytes, block);
            var length = SegmentIndexFormat.BodyBytes(payload.Span[block..]);
            Require(length >= 0 && length <= payload.Length - block - SegmentIndexFormat.BlockHeadBytes, block);
            if (isStreams || i >= streams)
            {
                yield return (block, payload.Slice(block + SegmentIndexFormat.BlockHeadBytes, length));
            }

            block += SegmentIndexFormat.BlockHeadBytes + length;
        }
    }

    private static void Require(bool isInside, int offset)
    {
        if (!isInside)
        {
            throw new InvalidDataException($"The index ends inside of a block, at byte {offset}.");
        }
    }

    private byte[] ReadBody(int block)
    {
        Span<byte> head = stackalloc byte[SegmentIndexFormat.BlockHeadBytes];
        var offset = payloadOffset + block;
        var length = file.Read(head, offset) == head.Length ? SegmentIndexFormat.BodyBytes(head) : -1;
        if (length < 0 || length > file.Length - offset)
        {
            throw new CorruptionException(file.Path, offset, "a block of the segment's index", $"a block of {length} bytes");
        }

        var body = new byte[length];
        var read = file.Read(body, offset + SegmentIndexFormat.BlockHeadBytes);
        var checksum = XxHash3.HashToUInt64(body);
        if (read != length || checksum != SegmentIndexFormat.BodyChecksum(head))
        {
            throw new CorruptionException(
                file.Path, offset, $"a block of the segment's index with checksum {SegmentIndexFormat.BodyChecksum(head):x16}", $"{checksum:x16}");
        }

        return body;
    }
}
