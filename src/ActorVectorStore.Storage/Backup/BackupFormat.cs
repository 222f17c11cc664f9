using System.IO.Hashing;
using System.Text;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The list of what a backup has: the file <c>backup</c> in its directory. It is replaced as a whole when all that it names is durable, so that the directory holds the last
/// backup that came to its end. Numbers are little-endian; texts are u16 bytes of UTF-8 and the bytes; XXH3 is the 64-bit XXH3 hash.
/// </summary>
/// <remarks>
/// <code>
/// backup
///   offset  size  type  meaning
///   0       8           magic "AVSBAK\r\n"
///   8       4     u32   format version; 0 is reserved; a newer one is refused
///   12      4     u32   collections
///   16                  the collections
///   ...     8     u64   XXH3 of all bytes before: in every version, so that a newer list is told from a damaged one
///
/// collection
///           text        name
///           4     u32   dimension
///           1     u8    distance (<see cref="Distance"/>); 0 as are dimensions if other vectors follow, which is so from version 2 on
///                       where distance is 0: u16 bytes of the vectors (<see cref="VectorSchemaFormat"/>), and the bytes
///           4     u32   shards, each as follows
///
/// shard
///           text        its directory, in the directory <c>shards</c> of the backup
///           8     i64   log index of its checkpoint
///           4     u32   bytes of the checkpoint's manifest (<c>ShardManifestFormat</c>), at most 16 MiB; 0 if there is none
///                       the manifest
///           4     u32   files, each as follows
///
/// file
///           text        its name
///           8     i64   length
///           16    u128  128-bit XXH3 of its bytes
/// </code>
/// <para>History: version 1, the first. Version 2 has vectors by name; where version 1 can say all, it is written.</para>
/// </remarks>
internal static class BackupFormat
{
    public const string FileName = "backup";
    public const int Version = 2;

    private const int VersionOfPlain = 1;
    private const int ManifestBytesMax = 16 << 20;
    private const int ChecksumBytes = sizeof(ulong);
    private const int HeaderBytes = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Magic => "AVSBAK\r\n"u8;

    /// <summary>The bytes of a list.</summary>
    public static byte[] Write(BackupContents contents)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, StrictUtf8);
        writer.Write(Magic);
        writer.Write(VersionOf(contents));
        writer.Write(contents.Collections.Count);
        foreach (var collection in contents.Collections)
            Write(writer, collection);
        writer.Write(XxHash3.HashToUInt64(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>The list of these bytes.</summary>
    /// <exception cref="CorruptionException">They are not one.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote them.</exception>
    public static BackupContents Read(byte[] bytes, string source)
    {
        RequireWhole(bytes, source);
        using var stream = new MemoryStream(bytes, HeaderBytes - sizeof(int), bytes.Length - HeaderBytes + sizeof(int) - ChecksumBytes);
        using var reader = new BinaryReader(stream, StrictUtf8);
        try
        {
            var contents = new BackupContents(ReadList(reader, ReadCollection));
            if (stream.Position != stream.Length)
                throw new InvalidDataException("more bytes");
            return VersionOf(contents) == BitConverter.ToInt32(bytes, 8) ? contents : throw new InvalidDataException("another version than its collections need");
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or InvalidRequestException or DecoderFallbackException or MalformedOperationException or UnsupportedOperationException)
        {
            throw new CorruptionException(source, stream.Position + HeaderBytes - sizeof(int), "a list of collections, shards and files", e.Message);
        }
    }

    private static int VersionOf(BackupContents contents) =>
        contents.Collections.All(collection => VectorSchemaFormat.IsPlain(collection.Schema.Vectors)) ? VersionOfPlain : Version;

    private static void Write(BinaryWriter writer, CollectionBackup collection)
    {
        WriteText(writer, collection.Schema.Name.Value);
        WriteVectors(writer, collection.Schema);
        writer.Write(collection.Shards.Count);
        foreach (var shard in collection.Shards)
        {
            WriteText(writer, shard.Folder);
            writer.Write(shard.Index);
            writer.Write(shard.Manifest.Length);
            writer.Write(shard.Manifest.Span);
            writer.Write(shard.Files.Count);
            foreach (var file in shard.Files)
            {
                WriteText(writer, file.Name);
                writer.Write(file.Bytes);
                writer.Write((ulong)file.Hash);
                writer.Write((ulong)(file.Hash >> 64));
            }
        }
    }

    private static void WriteVectors(BinaryWriter writer, CollectionSchema schema)
    {
        if (VectorSchemaFormat.IsPlain(schema.Vectors))
        {
            writer.Write(schema.Dimension);
            writer.Write((byte)schema.Vectors[0].Distance);
            return;
        }

        var vectors = VectorSchemaFormat.Write(schema.Vectors);
        writer.Write(0);
        writer.Write((byte)0);
        writer.Write((ushort)vectors.Length);
        writer.Write(vectors);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var utf8 = StrictUtf8.GetBytes(text);
        writer.Write(checked((ushort)utf8.Length));
        writer.Write(utf8);
    }

    private static void RequireWhole(byte[] bytes, string source)
    {
        if (bytes.Length < HeaderBytes + ChecksumBytes || !bytes.AsSpan().StartsWith(Magic))
            throw new CorruptionException(source, 0, "the list of a backup", $"{bytes.Length} other bytes");
        var expected = XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - ChecksumBytes));
        var found = BitConverter.ToUInt64(bytes, bytes.Length - ChecksumBytes);
        if (expected != found)
            throw new CorruptionException(source, bytes.Length - ChecksumBytes, $"checksum {expected:x16}", $"{found:x16}");
        var version = BitConverter.ToInt32(bytes, 8);
        if (version > Version)
            throw new UnsupportedFormatException(source, version, Version);
        if (version < 1)
            throw new CorruptionException(source, 8, $"version 1 to {Version}", $"{version}");
    }

    private static CollectionBackup ReadCollection(BinaryReader reader)
    {
        var name = CollectionName.Parse(ReadText(reader));
        var vectors = ReadVectors(reader);
        var shards = ReadList(reader, ReadShard);
        return new CollectionBackup(new CollectionSchema(name, vectors, shards.Length), shards);
    }

    private static IReadOnlyList<VectorSchema> ReadVectors(BinaryReader reader)
    {
        var (dimension, distance) = (reader.ReadInt32(), (Distance)reader.ReadByte());
        if (distance != 0)
            return [VectorSchema.Dense("", dimension, distance)];
        var bytes = reader.ReadBytes(reader.ReadUInt16());
        var vectors = VectorSchemaFormat.Read(bytes, out var length);
        return length == bytes.Length && dimension == 0 ? vectors : throw new InvalidDataException("vectors of another length, or a dimension");
    }

    private static BackupShard ReadShard(BinaryReader reader)
    {
        var (folder, index, length) = (ReadName(reader), reader.ReadInt64(), reader.ReadInt32());
        if (length is < 0 or > ManifestBytesMax || index < 0)
            throw new InvalidDataException($"a manifest of {length} bytes at index {index}");
        var manifest = reader.ReadBytes(length);
        return manifest.Length == length ? new BackupShard(folder, index, manifest, ReadList(reader, ReadFile)) : throw new EndOfStreamException("the end");
    }

    private static BackupFile ReadFile(BinaryReader reader)
    {
        var (name, bytes) = (ReadName(reader), reader.ReadInt64());
        var (low, high) = (reader.ReadUInt64(), reader.ReadUInt64());
        return bytes >= 0 ? new BackupFile(name, bytes, new UInt128(high, low)) : throw new InvalidDataException($"a file of {bytes} bytes");
    }

    // Names come from outside: none may lead out of its directory.
    private static string ReadName(BinaryReader reader)
    {
        var name = ReadText(reader);
        return name.Length is > 0 and <= 255 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.') && name[0] != '.'
            ? name
            : throw new InvalidDataException("a name that no file of ours has");
    }

    private static string ReadText(BinaryReader reader)
    {
        var length = reader.ReadUInt16();
        var utf8 = reader.ReadBytes(length);
        return utf8.Length == length ? StrictUtf8.GetString(utf8) : throw new EndOfStreamException("the end");
    }

    // Grows with what is read: a count alone allocates nothing.
    private static T[] ReadList<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var count = reader.ReadInt32();
        if (count < 0)
            throw new InvalidDataException($"a count of {count}");
        var list = new List<T>();
        while (list.Count < count)
            list.Add(read(reader));
        return [.. list];
    }
}
