using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The manifest of a shard: the one thing whose saving makes a checkpoint. It is kept by the snapshot store of the shard's actor. Numbers are little-endian, XXH3 is
/// the 64-bit XXH3 hash.
/// </summary>
/// <remarks>
/// <code>
/// manifest
///   offset  size  type  meaning
///   0       8           magic "AVSMAN\r\n"
///   8       2     u16   format version; 0 is reserved; a newer one is refused
///   10      1     u8    distance (<see cref="Distance"/>); 0 from version 2 on
///   11      1     u8    I: payload indexes, at most 64
///   12      4     u32   dimension, 1 to 65,536; 0 from version 2 on
///   16      8     i64   log index: events up to it are in the segments and deletions that follow
///   24      8     i64   lowest log index that can be read without a pin, at most the one before
///   32      4     u32   S: segments, at most 65,536
///   36      4     u32   P: pins, at most 1,024
///   40      56 * S      segments, oldest first
///   ...                 P pins, in the ordinal order of their names, each name once
///   ...                 I payload indexes (<see cref="PayloadIndexFormat"/>), in the order of their creation, each once
///   ...                 from version 2 on: the vectors (<see cref="VectorSchemaFormat"/>); before, there is one float32 vector without name
///   ...     8     u64   XXH3 of all bytes before: in every version, so that a newer manifest is told from a damaged one
///
/// segment
///   0       16          id, which its file is named by
///   16      4     u32   rows, at least 1
///   20      4     u32   rows in the file of its deletions
///   24      8     i64   length of its file
///   32      8     i64   highest log index that inserted one of its rows
///   40      8     i64   log index that the file of its deletions is named by; 0 if it has none
///   48      8           reserved, 0
///
/// pin
///   0       8     i64   log index that is pinned
///   8       2     u16   bytes of the name, 1 to 765
///   10                  UTF-8: the name
/// </code>
/// <para>History: version 1, the first. Version 2 has vectors by name; where version 1 can say them, it is written.</para>
/// </remarks>
internal static class ShardManifestFormat
{
    public const ushort Version = 2;
    public const int SegmentsMax = 65_536;
    public const int PinsMax = 1_024;

    private const ushort VersionOfPlain = 1;
    private const int HeaderBytes = 40;
    private const int SegmentBytes = 56;
    private const int PinFixedBytes = 10;
    private const int PinNameBytesMax = 765;
    private const int ChecksumBytes = sizeof(ulong);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Magic => "AVSMAN\r\n"u8;

    /// <summary>The bytes of a manifest.</summary>
    public static byte[] Write(ShardManifest manifest)
    {
        var vectors = VectorSchemaFormat.IsPlain(manifest.Vectors) ? [] : VectorSchemaFormat.Write(manifest.Vectors);
        var names = manifest.Pins.OrderBy(pin => pin.Name, StringComparer.Ordinal).Select(pin => (Utf8: StrictUtf8.GetBytes(pin.Name), pin.Index)).ToArray();
        var bytes = new byte[HeaderBytes + (manifest.Segments.Count * SegmentBytes) + names.Sum(name => PinFixedBytes + name.Utf8.Length)
            + manifest.PayloadIndexes.Sum(PayloadIndexFormat.Size) + vectors.Length + ChecksumBytes];
        WriteHeader(manifest, bytes);
        var at = HeaderBytes;
        foreach (var segment in manifest.Segments)
        {
            WriteSegment(segment, bytes.AsSpan(at));
            at += SegmentBytes;
        }

        foreach (var (utf8, index) in names)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), index);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 8), (ushort)utf8.Length);
            utf8.CopyTo(bytes, at + PinFixedBytes);
            at += PinFixedBytes + utf8.Length;
        }

        foreach (var index in manifest.PayloadIndexes)
            at += PayloadIndexFormat.Write(index, bytes.AsSpan(at));
        vectors.CopyTo(bytes, at);
        at += vectors.Length;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), XxHash3.HashToUInt64(bytes.AsSpan(0, at)));
        return bytes;
    }

    /// <summary>The manifest of these bytes.</summary>
    /// <param name="bytes">A whole manifest.</param>
    /// <param name="source">What holds them, for errors.</param>
    /// <exception cref="CorruptionException">They are not one.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote them.</exception>
    public static ShardManifest Read(ReadOnlySpan<byte> bytes, string source)
    {
        RequireWhole(bytes, source);
        var reader = new Reader(bytes[..^ChecksumBytes], source);
        return reader.Read();
    }

    private static void WriteHeader(ShardManifest manifest, Span<byte> target)
    {
        Magic.CopyTo(target);
        var plain = VectorSchemaFormat.IsPlain(manifest.Vectors) ? manifest.Vectors[0] : null;
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], plain is null ? Version : VersionOfPlain);
        target[10] = plain is null ? (byte)0 : (byte)plain.Distance;
        target[11] = checked((byte)manifest.PayloadIndexes.Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], plain?.Dimension ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], manifest.Index);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], manifest.HistoryStart);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], manifest.Segments.Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[36..], manifest.Pins.Count);
    }

    private static void WriteSegment(SegmentEntry segment, Span<byte> target)
    {
        segment.Id.Write(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], segment.RowCount);
        BinaryPrimitives.WriteInt32LittleEndian(target[20..], segment.DeletionCount);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], segment.FileBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], segment.LastInsertedAt);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], segment.DeletionsAt);
    }

    private static void RequireWhole(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < HeaderBytes + ChecksumBytes || !bytes.StartsWith(Magic))
            throw new CorruptionException(source, 0, "a shard's manifest", string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} other bytes"));
        var expected = XxHash3.HashToUInt64(bytes[..^ChecksumBytes]);
        var found = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^ChecksumBytes..]);
        if (expected != found)
            throw new CorruptionException(source, bytes.Length - ChecksumBytes, $"checksum {expected:x16}", $"{found:x16}");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (version > Version)
            throw new UnsupportedFormatException(source, version, Version);
        if (version == 0)
            throw new CorruptionException(source, 8, $"version 1 to {Version}", "0");
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes, string source)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at = HeaderBytes;

        public ShardManifest Read()
        {
            var isPlain = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[8..]) == VersionOfPlain;
            Require(_bytes[11] <= ModelLimits.PayloadIndexesMax, 11, $"at most {ModelLimits.PayloadIndexesMax} payload indexes", $"{_bytes[11]}");
            IReadOnlyList<VectorSchema> vectors = isPlain ? [ReadPlain()] : [];
            var (index, start) = (BinaryPrimitives.ReadInt64LittleEndian(_bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(_bytes[24..]));
            Require(start >= 0 && index >= start, 16, "an index and not a later start of history", $"{index}, {start}");
            var segments = new SegmentEntry[ReadCount(32, "segments", SegmentsMax, SegmentBytes)];
            for (var i = 0; i < segments.Length; i++)
                segments[i] = ReadSegment(index);
            Require(segments.DistinctBy(segment => segment.Id).Count() == segments.Length, HeaderBytes, "different segments", "one twice");
            var pins = new Pin[ReadCount(36, "pins", PinsMax, PinFixedBytes)];
            for (var i = 0; i < pins.Length; i++)
                pins[i] = ReadPin(index, i == 0 ? "" : pins[i - 1].Name);
            var indexes = new PayloadIndex[_bytes[11]];
            for (var i = 0; i < indexes.Length; i++)
                indexes[i] = ReadPayloadIndex();
            Require(indexes.Distinct().Count() == indexes.Length, 11, "different payload indexes", "one twice");
            if (!isPlain)
                vectors = ReadVectors();
            Require(_at == _bytes.Length, _at, "the end", $"{_bytes.Length - _at} more bytes");
            return new ShardManifest(vectors, index, start, segments, pins, indexes);
        }

        private readonly VectorSchema ReadPlain()
        {
            var (dimension, distance) = (BinaryPrimitives.ReadUInt32LittleEndian(_bytes[12..]), (Distance)_bytes[10]);
            Require(dimension is >= 1 and <= ModelLimits.DimensionMax && Enum.IsDefined(distance), 10, "a distance and a dimension", $"{distance}, {dimension}");
            return VectorSchema.Dense("", (int)dimension, distance);
        }

        private IReadOnlyList<VectorSchema> ReadVectors()
        {
            Require(_bytes[10] == 0 && BinaryPrimitives.ReadUInt32LittleEndian(_bytes[12..]) == 0, 10, "0 as distance and dimension", "another");
            var start = _at;
            try
            {
                var vectors = VectorSchemaFormat.Read(_bytes[start..], out var length);
                _at += length;
                Require(!VectorSchemaFormat.IsPlain(vectors), start, "vectors that version 1 cannot say", "one without name");
                return vectors;
            }
            catch (MalformedOperationException e)
            {
                throw new CorruptionException(source, start + e.Offset, e.Expected, e.Found);
            }
            catch (UnsupportedOperationException e)
            {
                throw new CorruptionException(source, start, "a list of vectors of a known version", e.Message);
            }
        }

        private readonly int ReadCount(int at, string subject, int maximum, int bytesEach)
        {
            var count = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]);
            Require(count <= maximum && count * (long)bytesEach <= _bytes.Length - _at, at, $"{subject}, at most {maximum}, in {_bytes.Length} bytes", $"{count}");
            return (int)count;
        }

        private SegmentEntry ReadSegment(long index)
        {
            Require(_bytes.Length - _at >= SegmentBytes, _at, "a segment", "the end");
            var entry = _bytes.Slice(_at, SegmentBytes);
            var segment = new SegmentEntry(
                SealedSegmentId.Read(entry),
                BinaryPrimitives.ReadInt32LittleEndian(entry[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[32..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[40..]),
                BinaryPrimitives.ReadInt32LittleEndian(entry[20..]));
            var isRight = BinaryPrimitives.ReadInt64LittleEndian(entry[48..]) == 0
                && segment.RowCount is >= 1 and <= SealedSegmentFormat.RowsMax
                && segment.FileBytes is >= 1 and <= SealedSegmentFormat.FileBytesMax
                && segment.LastInsertedAt >= 0 && segment.LastInsertedAt <= index
                && segment.DeletionsAt >= 0 && segment.DeletionsAt <= index
                && segment.DeletionCount >= 0 && segment.DeletionCount <= segment.RowCount
                && (segment.DeletionsAt == 0) == (segment.DeletionCount == 0);
            Require(isRight, _at, $"counts and indexes up to {index}", segment.ToString());
            _at += SegmentBytes;
            return segment;
        }

        private Pin ReadPin(long index, string before)
        {
            Require(_bytes.Length - _at >= PinFixedBytes, _at, "a pin", "the end");
            var pinned = BinaryPrimitives.ReadInt64LittleEndian(_bytes[_at..]);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(_at + 8)..]);
            Require(length is >= 1 and <= PinNameBytesMax && _bytes.Length - _at - PinFixedBytes >= length, _at, "a name", $"{length} bytes");
            var name = SealedColumn.NameOf(_bytes.Slice(_at + PinFixedBytes, length)) ?? "";
            Require(pinned >= 0 && pinned <= index && string.CompareOrdinal(before, name) < 0, _at, $"a name behind the one before, and an index up to {index}", $"{pinned}");
            _at += PinFixedBytes + length;
            return new Pin(name, pinned);
        }

        private PayloadIndex ReadPayloadIndex()
        {
            try
            {
                var index = PayloadIndexFormat.Read(_bytes[_at..], out var length);
                _at += length;
                return index;
            }
            catch (MalformedOperationException e)
            {
                throw new CorruptionException(source, _at, e.Expected, e.Found);
            }
            catch (UnsupportedOperationException e)
            {
                throw new CorruptionException(source, _at, "a payload index of a known version", e.Message);
            }
        }

        private readonly void Require(bool condition, int at, string expected, string found)
        {
            if (!condition)
                throw new CorruptionException(source, at, expected, found);
        }
    }
}
