using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>
/// The graph over one dense column of one sealed segment: a file beside the segment's, which never changes and can be built again from it. Who finds it damaged, or made with other
/// options, compares all vectors until it is. Numbers are little-endian, XXH3 is the 64-bit XXH3 hash.
/// </summary>
/// <remarks>
/// <code>
/// file
///   offset     length     content
///   0          H          header, zeros up to H, a multiple of 4,096
///   H          V * 4 u32  number of the vector of each node, then of the vectors that are no nodes, padded with zeros to a multiple of 4,096
///   ...        N * C      codes of each node, padded likewise
///   ...        N * R * 4  u32: neighbours of each node, ascending by cost, 2^32-1 behind the last; padded likewise
///   L-32       8 u64      XXH3 of the vectors' numbers, without padding
///   L-24       8 u64      XXH3 of the codes
///   L-16       8 u64      XXH3 of the neighbours
///   L-8        8 u64      XXH3 of the 24 bytes before
///
/// header
///   0          8          magic "AVSVIX\r\n"
///   8          2 u16      format version; 0 is reserved; a newer one is refused
///   10         2          reserved, 0
///   12         4 u32      bytes of the header before its padding, checksum included
///   16         16         id of the segment
///   32         4 u32      number of the column in the segment
///   36         4 u32      N: nodes
///   40         4 u32      R: neighbours of a node at most, a multiple of 16
///   44         4 u32      entry nodes: the first ones
///   48         4 u32      M
///   52         4 u32      ef_construct
///   56         8 u64      seed
///   64         8 f64      part of a neighbour list that a walk has not met before, more than 0 and at most 1
///   72         1 u8       metric (<see cref="Metric"/>)
///   73         1 u8       what rows have of the codes (<see cref="CodeKind"/>)
///   74         1 u8       1 if vectors are rotated before they are coded
///   75         1 u8       what they were to have, if it did (<see cref="CodeKind"/>)
///   76         4 f32      difference of the components of neighbouring codes
///   80         8 u64      seed of the rotation, 0 without one
///   88         4 u32      D: dimension; C is D rounded up to a multiple of 64, of four bits D/2
///   92         4 u32      V: vectors of the column; N and those without a direction where directions are compared
///   96         D * 4 f32  the component whose code is 0, for each dimension
///   ...        8 u64      XXH3 of all bytes before: in every version, so that a newer file is told from a damaged one
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
internal static class VectorIndexFormat
{
    public const ushort Version = 1;

    /// <summary>Sections begin at multiples of this.</summary>
    public const int PageBytes = 4096;

    /// <summary>Bytes of the checksums at the end.</summary>
    public const int FooterBytes = 4 * ChecksumBytes;

    /// <summary>Bytes of a header that say how long it is.</summary>
    public const int PreambleBytes = 16;

    private const int OffsetsAt = 96;
    private const int ChecksumBytes = sizeof(ulong);

    private static ReadOnlySpan<byte> Magic => "AVSVIX\r\n"u8;

    /// <summary>Bytes that a section takes, its padding included.</summary>
    public static long Padded(long bytes) => (bytes + PageBytes - 1) / PageBytes * PageBytes;

    /// <summary>Bytes of a header before its padding.</summary>
    public static int HeaderBytesOf(int dimension) => OffsetsAt + (dimension * sizeof(float)) + ChecksumBytes;

    /// <summary>The header with its padding.</summary>
    public static byte[] WriteHeader(VectorIndexHeader header)
    {
        var length = HeaderBytesOf(header.Codec.Dimension);
        var bytes = new byte[Padded(length)];
        var target = bytes.AsSpan();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], length);
        header.Segment.Write(target[16..]);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], header.Column);
        BinaryPrimitives.WriteInt32LittleEndian(target[36..], header.Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], header.Options.Degree);
        BinaryPrimitives.WriteInt32LittleEndian(target[44..], header.Entries);
        BinaryPrimitives.WriteInt32LittleEndian(target[48..], header.Options.M);
        BinaryPrimitives.WriteInt32LittleEndian(target[52..], header.Options.EfConstruct);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], header.Options.Seed);
        BinaryPrimitives.WriteDoubleLittleEndian(target[64..], header.FreshShare);
        target[72] = (byte)header.Codec.Metric;
        target[73] = (byte)header.Kind;
        target[74] = header.Codec.RotationSeed is null ? (byte)0 : (byte)1;
        target[75] = (byte)header.WantedKind;
        BinaryPrimitives.WriteSingleLittleEndian(target[76..], header.Codec.Step);
        BinaryPrimitives.WriteUInt64LittleEndian(target[80..], header.Codec.RotationSeed ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(target[88..], header.Codec.Dimension);
        BinaryPrimitives.WriteInt32LittleEndian(target[92..], header.VectorCount);
        for (var i = 0; i < header.Codec.Dimension; i++)
            BinaryPrimitives.WriteSingleLittleEndian(target[(OffsetsAt + (i * sizeof(float)))..], header.Codec.Offsets[i]);
        BinaryPrimitives.WriteUInt64LittleEndian(target[(length - ChecksumBytes)..], XxHash3.HashToUInt64(target[..(length - ChecksumBytes)]));
        return bytes;
    }

    /// <summary>Bytes of a header before its padding, as its first <see cref="PreambleBytes"/> say.</summary>
    /// <exception cref="CorruptionException">It is no header.</exception>
    public static int HeaderBytes(string path, ReadOnlySpan<byte> preamble)
    {
        if (preamble.Length < PreambleBytes || !preamble[..Magic.Length].SequenceEqual(Magic))
            throw new CorruptionException(path, 0, "the magic of a vector index", Convert.ToHexString(preamble[..Math.Min(preamble.Length, Magic.Length)]));
        var length = BinaryPrimitives.ReadInt32LittleEndian(preamble[12..]);
        return length is > OffsetsAt and <= OffsetsAt + ChecksumBytes + (Model.ModelLimits.DimensionMax * sizeof(float))
            ? length
            : throw new CorruptionException(path, 12, "the length of a header", $"{length}");
    }

    /// <summary>Reads a header without its padding.</summary>
    /// <exception cref="CorruptionException">It is damaged.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public static VectorIndexHeader ReadHeader(string path, ReadOnlySpan<byte> source)
    {
        var body = source[..^ChecksumBytes];
        var (expected, found) = (BinaryPrimitives.ReadUInt64LittleEndian(source[^ChecksumBytes..]), XxHash3.HashToUInt64(body));
        if (expected != found)
            throw new CorruptionException(path, 0, $"a header with checksum {expected:x16}", $"{found:x16}");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(source[8..]);
        if (version > Version)
            throw new UnsupportedFormatException(path, version, Version);
        var options = new GraphOptions(
            BinaryPrimitives.ReadInt32LittleEndian(source[48..]), BinaryPrimitives.ReadInt32LittleEndian(source[52..]), BinaryPrimitives.ReadUInt64LittleEndian(source[56..]));
        var (count, entries) = (BinaryPrimitives.ReadInt32LittleEndian(source[36..]), BinaryPrimitives.ReadInt32LittleEndian(source[44..]));
        var dimension = BinaryPrimitives.ReadInt32LittleEndian(source[88..]);
        Require(path, 8, version == Version, "format version 1", $"{version}");
        Require(path, 10, BinaryPrimitives.ReadUInt16LittleEndian(source[10..]) == 0, "0", $"{BinaryPrimitives.ReadUInt16LittleEndian(source[10..])}");
        var vectorCount = BinaryPrimitives.ReadInt32LittleEndian(source[92..]);
        Require(path, 92, vectorCount is >= 1 and <= SealedSegmentFormat.RowsMax, "a count of vectors", $"{vectorCount}");
        Require(path, 36, count >= 0 && count <= vectorCount, $"at most {vectorCount} nodes", $"{count}");
        Require(path, 40, options.M is >= 2 and <= GraphOptions.MMax && BinaryPrimitives.ReadInt32LittleEndian(source[40..]) == options.Degree, "a degree that fits M", $"M {options.M}");
        Require(path, 44, entries >= Math.Min(1, count) && entries <= count, $"1 to {count} entry nodes", $"{entries}");
        Require(path, 52, options.EfConstruct >= options.M && options.EfConstruct <= GraphOptions.EfConstructMax, "an ef_construct that fits M", $"{options.EfConstruct}");
        Require(path, 88, dimension >= 1 && OffsetsAt + ((long)dimension * sizeof(float)) == body.Length, "a dimension that fits the header", $"{dimension}");
        var freshShare = BinaryPrimitives.ReadDoubleLittleEndian(source[64..]);
        Require(path, 64, freshShare is > 0 and <= 1, "a part of a list", $"{freshShare}");
        return new VectorIndexHeader(
            SealedSegmentId.Read(source[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[32..]),
            vectorCount,
            count,
            entries,
            options,
            freshShare,
            ReadCodec(path, source, dimension),
            ReadKind(path, source, 73),
            ReadKind(path, source, 75));
    }

    /// <summary>The checksums at the end.</summary>
    public static byte[] WriteFooter(ulong vectors, ulong codes, ulong links)
    {
        var bytes = new byte[FooterBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, vectors);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), codes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), links);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), XxHash3.HashToUInt64(bytes.AsSpan(0, 24)));
        return bytes;
    }

    /// <summary>Reads the checksums at the end.</summary>
    /// <exception cref="CorruptionException">They are damaged themselves.</exception>
    public static (ulong Vectors, ulong Codes, ulong Links) ReadFooter(string path, long offset, ReadOnlySpan<byte> source)
    {
        var (expected, found) = (BinaryPrimitives.ReadUInt64LittleEndian(source[24..]), XxHash3.HashToUInt64(source[..24]));
        Require(path, offset, expected == found, $"checksums with checksum {expected:x16}", $"{found:x16}");
        return (BinaryPrimitives.ReadUInt64LittleEndian(source), BinaryPrimitives.ReadUInt64LittleEndian(source[8..]), BinaryPrimitives.ReadUInt64LittleEndian(source[16..]));
    }

    /// <summary>Throws if something is not as it must be.</summary>
    public static void Require(string path, long offset, bool isRight, string expected, string found)
    {
        if (!isRight)
            throw new CorruptionException(path, offset, expected, found);
    }

    private static CodeKind ReadKind(string path, ReadOnlySpan<byte> source, int at)
    {
        var kind = (CodeKind)source[at];
        Require(path, at, Enum.IsDefined(kind), "a kind of codes", $"{(int)kind}");
        return kind;
    }

    private static ScalarCodec ReadCodec(string path, ReadOnlySpan<byte> source, int dimension)
    {
        var (metric, isRotated) = ((Metric)source[72], source[74]);
        var step = BinaryPrimitives.ReadSingleLittleEndian(source[76..]);
        Require(path, 72, Enum.IsDefined(metric), "a metric", $"{(int)metric}");
        Require(path, 74, isRotated <= 1, "0 or 1", $"{isRotated}");
        Require(path, 76, step >= ScalarCodec.StepMin && float.IsFinite(step), "a step", $"{step}");
        var seed = BinaryPrimitives.ReadUInt64LittleEndian(source[80..]);
        Require(path, 80, isRotated == 1 || seed == 0, "no seed without a rotation", $"{seed}");
        var offsets = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            offsets[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(OffsetsAt + (i * sizeof(float)))..]);
            Require(path, OffsetsAt + (i * sizeof(float)), float.IsFinite(offsets[i]), "a finite component", $"{offsets[i]}");
        }

        return new ScalarCodec(metric, offsets, step, isRotated == 1 ? seed : null);
    }
}
