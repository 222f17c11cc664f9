using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// The deletions of one sealed segment up to a log index: a small file beside the segment's, which never changes. A manifest says which of them counts. Numbers are
/// little-endian, XXH3 is the 64-bit XXH3 hash.
/// </summary>
/// <remarks>
/// <code>
///   offset  size  type  meaning
///   0       8           magic "AVSDEL\r\n"
///   8       2     u16   format version; 0 is reserved; a newer one is refused
///   10      2           reserved, 0
///   12      4     u32   N: deleted rows, at least 1
///   16      16          id of the segment
///   32      8     i64   log index up to which deletions are known
///   40      N * 4 u32   rows, ascending
///   ...     N * 8 i64   log index that deleted each of them, from 1 to the index above
///   ...     8     u64   XXH3 of all bytes before: in every version, so that a newer file is told from a damaged one
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
internal static class DeletionsFormat
{
    public const ushort Version = 1;

    private const int HeaderBytes = 40;
    private const int EntryBytes = sizeof(uint) + sizeof(long);
    private const int ChecksumBytes = sizeof(ulong);

    private static ReadOnlySpan<byte> Magic => "AVSDEL\r\n"u8;

    /// <summary>The content of a file.</summary>
    public static byte[] Write(SealedSegmentId id, long index, IReadOnlyList<(int Row, long Index)> deletions)
    {
        var bytes = new byte[Length(deletions.Count)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), deletions.Count);
        id.Write(bytes.AsSpan(16));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), index);
        for (var i = 0; i < deletions.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(RowAt(i)), deletions[i].Row);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(IndexAt(deletions.Count, i)), deletions[i].Index);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - ChecksumBytes), XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - ChecksumBytes)));
        return bytes;
    }

    /// <summary>The deletions that a manifest means.</summary>
    /// <exception cref="CorruptionException">The file is missing, damaged or another one.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public static IReadOnlyList<(int Row, long Index)> Read(IFileSystem fileSystem, string path, SegmentEntry entry)
    {
        var bytes = ReadFile(fileSystem, path);
        RequireWhole(path, bytes);
        return Read(path, bytes, entry);
    }

    /// <summary>Reads a file by itself, without a manifest: whether it is whole, and has deletions of this segment up to this index.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="CorruptionException">The file is damaged or another one.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public static long Verify(IFileSystem fileSystem, string path, SealedSegmentId id, long index, int rowCount)
    {
        var bytes = ReadFile(fileSystem, path);
        RequireWhole(path, bytes);
        Read(path, bytes, new SegmentEntry(id, rowCount, FileBytes: 0, LastInsertedAt: 0, index, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12))));
        return bytes.Length;
    }

    private static (int Row, long Index)[] Read(string path, byte[] bytes, SegmentEntry entry)
    {
        Require(path, bytes, entry);
        var deletions = new (int Row, long Index)[entry.DeletionCount];
        for (var i = 0; i < deletions.Length; i++)
        {
            deletions[i] = (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(RowAt(i))), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(IndexAt(deletions.Length, i))));
            var (row, index) = deletions[i];
            if (row <= (i == 0 ? -1 : deletions[i - 1].Row) || row >= entry.RowCount || index < 1 || index > entry.DeletionsAt)
                throw new CorruptionException(path, RowAt(i), $"a row below {entry.RowCount} behind the one before, deleted from 1 to {entry.DeletionsAt}", $"row {row}, {index}");
        }

        return deletions;
    }

    private static byte[] ReadFile(IFileSystem fileSystem, string path)
    {
        try
        {
            using var file = fileSystem.Open(path, FileOpening.ReadExisting);
            if (file.Length is < HeaderBytes + ChecksumBytes or > int.MaxValue)
                throw new CorruptionException(path, 0, "a header and a checksum", string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes"));
            var bytes = new byte[file.Length];
            var read = file.Read(bytes, 0);
            return read == bytes.Length ? bytes : throw new CorruptionException(path, read, $"{bytes.Length} bytes", "the end");
        }
        catch (FileNotFoundException e)
        {
            throw new CorruptionException(path, 0, "deletions that the manifest names", e.Message);
        }
    }

    private static void RequireWhole(string path, byte[] bytes)
    {
        if (!bytes.AsSpan().StartsWith(Magic))
            throw new CorruptionException(path, 0, "the magic of deletions", Convert.ToHexString(bytes.AsSpan(0, Magic.Length)));
        var expected = XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - ChecksumBytes));
        var found = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - ChecksumBytes));
        if (expected != found)
            throw new CorruptionException(path, bytes.Length - ChecksumBytes, $"checksum {expected:x16}", $"{found:x16}");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        if (version > Version)
            throw new UnsupportedFormatException(path, version, Version);
    }

    private static void Require(string path, byte[] bytes, SegmentEntry entry)
    {
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var (count, id, index) = (
            BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)), SealedSegmentId.Read(bytes.AsSpan(16)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32)));
        var reserved = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(10));
        if (version == 0 || reserved != 0 || count != entry.DeletionCount || id != entry.Id || index != entry.DeletionsAt || bytes.Length != Length(count))
        {
            throw new CorruptionException(
                path, 8, $"version 1 to {Version} and {entry.DeletionCount} deletions of {entry.Id} up to {entry.DeletionsAt}", $"{version}, {count} of {id} up to {index}");
        }
    }

    /// <summary>Length of a file with so many deletions.</summary>
    public static long Length(int count) => HeaderBytes + ((long)count * EntryBytes) + ChecksumBytes;

    private static int RowAt(int entry) => HeaderBytes + (entry * sizeof(uint));

    private static int IndexAt(int count, int entry) => HeaderBytes + (count * sizeof(uint)) + (entry * sizeof(long));
}
