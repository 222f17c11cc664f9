using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence;

/// <summary>
/// A snapshot file: written once, never changed.
/// <code>
/// offset  size  type     meaning
/// 0       8     bytes    magic "AVSSNAP" and a line feed
/// 8       4     u32      format version: 1
/// 12      4     u32      CRC-32 of bytes 0..11 (here in every version, so that a damaged version is not taken for a newer one)
/// 16      4     u32      flags: bit 0: the payload is one zstd frame; the other bits are 0
/// 20      4     i32      serializer id
/// 24      8     i64      sequence number, at least 0
/// 32      8     i64      timestamp: UTC ticks of 100 ns since 0001-01-01
/// 40      4     u32      P: bytes of the persistence id
/// 44      4     u32      M: bytes of the serializer's manifest
/// 48      8     i64      S: bytes of the payload in the file
/// 56      8     i64      bytes of the payload when decompressed; equal to S if it is not compressed
/// 64      8     u64      XXH3 of bytes 0..63, persistence id and manifest
/// 72      P     UTF-8    persistence id
/// 72+P    M     UTF-8    serializer's manifest
/// 72+P+M  S     bytes    payload
/// end-8   8     u64      XXH3 of the payload, seeded with the hash at 64
/// </code>
/// Numbers are little-endian. The file ends with the last hash.
/// <para>Version history: 1: first.</para>
/// </summary>
internal static class SnapshotFileFormat
{
    public const uint Version = 1;
    public const int FixedBytes = 72;
    public const int TrailerBytes = 8;

    private const int VersionOffset = 8;
    private const int PreambleBytes = 12;
    private const int HashOffset = 64;
    private const uint CompressedFlag = 1;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Magic => "AVSSNAP\n"u8;

    /// <summary>The bytes before the payload.</summary>
    /// <exception cref="EncoderFallbackException">The persistence id or the manifest is not well-formed UTF-16.</exception>
    public static byte[] WriteHeader(SnapshotHeader header)
    {
        var persistenceId = Utf8.GetBytes(header.PersistenceId);
        var manifest = Utf8.GetBytes(header.Manifest);
        var bytes = new byte[FixedBytes + persistenceId.Length + manifest.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(VersionOffset), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(PreambleBytes), Crc32.HashToUInt32(bytes.AsSpan(0, PreambleBytes)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), header.Compressed ? CompressedFlag : 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), header.SerializerId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), header.SequenceNr);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), header.Timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), persistenceId.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(44), manifest.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), header.StoredBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), header.PlainBytes);
        persistenceId.CopyTo(bytes, FixedBytes);
        manifest.CopyTo(bytes, FixedBytes + persistenceId.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HashOffset), HeaderHash(bytes));
        return bytes;
    }

    /// <summary>The bytes after the payload.</summary>
    public static void WriteTrailer(Span<byte> target, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.WriteUInt64LittleEndian(target, PayloadHash(header, payload));

    /// <summary>Reads and checks everything before the payload. Allocates no more than the file has.</summary>
    /// <exception cref="CorruptionException">The file is not a whole snapshot file.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public static (SnapshotHeader Header, byte[] Bytes) ReadHeader(IFile file)
    {
        var path = file.Path;
        var length = file.Length;
        var bytes = new byte[FixedBytes];
        var read = file.Read(bytes, 0);
        RequirePreamble(path, bytes.AsSpan(0, read));
        if (length < FixedBytes + TrailerBytes)
        {
            throw new CorruptionException(path, 0, $"at least {FixedBytes + TrailerBytes} bytes", $"{length}");
        }

        var idBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(40));
        var manifestBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(44));
        var storedBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(48));
        var room = length - FixedBytes - TrailerBytes;
        if (storedBytes < 0 || storedBytes > room || idBytes + (long)manifestBytes != room - storedBytes)
        {
            throw new CorruptionException(path, 40, $"lengths that make {room} bytes", $"{idBytes}, {manifestBytes} and {storedBytes}");
        }

        Array.Resize(ref bytes, FixedBytes + (int)idBytes + (int)manifestBytes);
        file.Read(bytes.AsSpan(FixedBytes), FixedBytes);
        return (Decode(path, bytes, (int)idBytes, storedBytes), bytes);
    }

    /// <summary>Reads and checks the payload as it is stored.</summary>
    /// <exception cref="CorruptionException">The payload is not what was written.</exception>
    public static byte[] ReadPayload(IFile file, SnapshotHeader header, ReadOnlySpan<byte> headerBytes)
    {
        if (header.StoredBytes > Array.MaxLength)
        {
            throw new CorruptionException(file.Path, 48, $"a payload of at most {Array.MaxLength} bytes", $"{header.StoredBytes}");
        }

        var payload = GC.AllocateUninitializedArray<byte>((int)header.StoredBytes);
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        var read = file.Read(payload, headerBytes.Length);
        read += file.Read(trailer, headerBytes.Length + (long)payload.Length);
        var expected = BinaryPrimitives.ReadUInt64LittleEndian(trailer);
        var found = PayloadHash(headerBytes, payload);
        return read == payload.Length + TrailerBytes && expected == found
            ? payload
            : throw new CorruptionException(file.Path, headerBytes.Length, $"a payload with hash {expected:x16}", $"{found:x16}");
    }

    private static SnapshotHeader Decode(string path, byte[] bytes, int idBytes, long storedBytes)
    {
        var expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(HashOffset));
        var found = HeaderHash(bytes);
        if (found != expected)
        {
            throw new CorruptionException(path, HashOffset, $"a header with hash {expected:x16}", $"{found:x16}");
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(16));
        var plainBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(56));
        var compressed = flags == CompressedFlag;
        if (flags > CompressedFlag || plainBytes < 0 || plainBytes > Array.MaxLength || (!compressed && plainBytes != storedBytes))
        {
            throw new CorruptionException(path, 16, "flags 0 or 1 and a fitting payload length", $"flags {flags} and length {plainBytes}");
        }

        try
        {
            return new SnapshotHeader(
                Utf8.GetString(bytes, FixedBytes, idBytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24)),
                BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32)),
                BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(20)),
                Utf8.GetString(bytes, FixedBytes + idBytes, bytes.Length - FixedBytes - idBytes),
                compressed,
                storedBytes,
                plainBytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new CorruptionException(path, FixedBytes, "UTF-8 text", e.Message);
        }
    }

    private static void RequirePreamble(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < PreambleBytes + sizeof(uint) || !bytes.StartsWith(Magic))
        {
            var found = Convert.ToHexString(bytes[..Math.Min(bytes.Length, Magic.Length)]);
            throw new CorruptionException(path, 0, $"a snapshot file that begins with {Convert.ToHexString(Magic)}", $"{bytes.Length} bytes that begin with {found}");
        }

        var expected = BinaryPrimitives.ReadUInt32LittleEndian(bytes[PreambleBytes..]);
        var crc = Crc32.HashToUInt32(bytes[..PreambleBytes]);
        if (crc != expected)
        {
            throw new CorruptionException(path, 0, $"a preamble with checksum {expected:x8}", $"{crc:x8}");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[VersionOffset..]);
        if (version > Version)
        {
            throw new UnsupportedFormatException(path, (int)Math.Min(version, int.MaxValue), (int)Version);
        }

        if (version == 0)
        {
            throw new CorruptionException(path, VersionOffset, "a format version of at least 1", "0");
        }
    }

    private static ulong HeaderHash(ReadOnlySpan<byte> header)
    {
        var hash = new XxHash3();
        hash.Append(header[..HashOffset]);
        hash.Append(header[FixedBytes..]);
        return hash.GetCurrentHashAsUInt64();
    }

    private static ulong PayloadHash(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        XxHash3.HashToUInt64(payload, BinaryPrimitives.ReadInt64LittleEndian(header[HashOffset..]));
}
