using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Benchmarks.Logs.Reference;

/// <summary>Reads a reference log front to back in large reads, checking every frame: the yardstick of what a replay can reach.</summary>
internal static class ReferenceReader
{
    private const int ReadBytes = 1 << 20;

    /// <summary>The newest segment of a directory; null if it has none.</summary>
    public static SegmentHeader? NewestSegment(IFileSystem fileSystem, string directory) =>
        SegmentsInOrder(fileSystem, directory).LastOrDefault();

    public static void ReadAll(IFileSystem fileSystem, string directory, RecordHandler handler)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(ReadBytes);
        foreach (var segment in SegmentsInOrder(fileSystem, directory))
        {
            using var file = fileSystem.Open(segment.Path, FileOpening.ReadExisting);
            buffer = ReadSegment(file, segment, buffer, handler);
        }
    }

    private static byte[] ReadSegment(IFile file, SegmentHeader segment, byte[] buffer, RecordHandler handler)
    {
        long offset = ReferenceSegments.HeaderBytes;
        while (true)
        {
            var read = buffer.AsSpan(0, file.Read(buffer, offset));
            var consumed = ReadFrames(read, new FramePlace(segment.Segment, offset, segment.Salt), handler, out var needed);
            offset += consumed;
            if (needed == 0 || offset + needed > file.Length)
            {
                return buffer;
            }

            if (needed > buffer.Length)
            {
                buffer = GC.AllocateUninitializedArray<byte>(needed);
            }
        }
    }

    /// <summary>Hands out the valid frames at the start of a buffer. What is needed is 0 at the end of the log, else the bytes of the next frame.</summary>
    private static int ReadFrames(ReadOnlySpan<byte> bytes, FramePlace place, RecordHandler handler, out int needed)
    {
        var consumed = 0;
        while (bytes.Length - consumed >= ReferenceFrame.HeaderBytes)
        {
            var header = bytes[consumed..];
            var length = ReferenceFrame.LengthOf(header);
            if (length <= 0 || length > ReferenceSegments.SegmentBytes)
            {
                needed = 0;
                return consumed;
            }

            if (header.Length - ReferenceFrame.HeaderBytes < length)
            {
                needed = ReferenceFrame.HeaderBytes + length;
                return consumed;
            }

            var body = header.Slice(ReferenceFrame.HeaderBytes, length);
            if (!ReferenceFrame.IsValid(header, body, place with { Offset = place.Offset + consumed }))
            {
                needed = 0;
                return consumed;
            }

            handler(body);
            consumed += ReferenceFrame.HeaderBytes + length;
        }

        needed = ReferenceFrame.HeaderBytes;
        return consumed;
    }

    private static List<SegmentHeader> SegmentsInOrder(IFileSystem fileSystem, string directory)
    {
        var segments = new List<SegmentHeader>();
        Span<byte> header = stackalloc byte[ReferenceSegments.HeaderBytes];
        foreach (var name in fileSystem.ListFiles(directory))
        {
            var path = Path.Combine(directory, name);
            using var file = fileSystem.Open(path, FileOpening.ReadExisting);
            if (file.Read(header, 0) == header.Length
                && BinaryPrimitives.ReadUInt64LittleEndian(header[16..]) == ReferenceFrame.BodyHash(header[..16]))
            {
                segments.Add(new SegmentHeader(
                    path, BinaryPrimitives.ReadInt64LittleEndian(header), BinaryPrimitives.ReadInt64LittleEndian(header[8..])));
            }
        }

        segments.Sort((left, right) => left.Segment.CompareTo(right.Segment));
        return segments;
    }
}

/// <summary>What the first bytes of a segment file say.</summary>
internal sealed record SegmentHeader(string Path, long Segment, long Salt);
