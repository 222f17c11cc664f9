using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// The file <c>log.identity</c>, format version 1: says that this directory has held frames that were synced, and of which log. It is made once, when
/// the first commit has been synced and before anybody hears of it: with this file, a directory without any segment that has frames has lost them.
/// Without it, the directory is new, or the process died between the two syncs: then the next commit makes it. Numbers are little-endian.
/// <code>
/// offset size type  meaning
///      0    8       magic "AVSLOG\r\n"
///      8    4 u32   format version
///     12    4       reserved, zero
///     16    8 u64   salt of the log, the same as in all its segments
///     24    8 u64   checksum: XXH3-64 of the bytes [0, 24)
/// </code>
/// History: version 1 is the first.
/// </summary>
internal static class LogIdentityFormat
{
    public const string FileName = "log.identity";
    public const int Version = 1;
    public const int FileBytes = 32;

    private const int ChecksumOffset = 24;

    private static ReadOnlySpan<byte> Magic => "AVSLOG\r\n"u8;

    public static void Write(Span<byte> target, ulong salt)
    {
        target[..FileBytes].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], salt);
        BinaryPrimitives.WriteUInt64LittleEndian(target[ChecksumOffset..], XxHash3.HashToUInt64(target[..ChecksumOffset]));
    }

    /// <summary>Reads the salt.</summary>
    /// <exception cref="CorruptionException">Not an identity of ours, or a damaged one.</exception>
    /// <exception cref="UnsupportedFormatException">Written by a newer program.</exception>
    public static ulong ReadSalt(IFile file)
    {
        Span<byte> bytes = stackalloc byte[FileBytes];
        var length = file.Read(bytes, 0);
        if (length < FileBytes || file.Length != FileBytes)
        {
            throw new CorruptionException(file.Path, length, $"the identity of a log, {FileBytes} bytes", $"a file of {file.Length} bytes");
        }

        if (!bytes[..8].SequenceEqual(Magic))
        {
            throw new CorruptionException(file.Path, 0, $"the magic bytes {Convert.ToHexString(Magic)}", Convert.ToHexString(bytes[..8]));
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var expected = XxHash3.HashToUInt64(bytes[..ChecksumOffset]);
        var found = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumOffset..]);
        if (expected != found)
        {
            throw new CorruptionException(file.Path, ChecksumOffset, $"the checksum {expected:x16}", $"{found:x16}");
        }

        return version == Version
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])
            : throw new UnsupportedFormatException(file.Path, version, Version);
    }
}
