using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>
/// A vector index that is being built, as far as it is: a file beside the index's, from which a build goes on after a crash. Whatever is wrong with it, the build begins anew. Numbers are little-endian.
/// </summary>
/// <remarks>
/// <code>
///   0     8      magic "AVSVID\r\n"
///   8     2 u16  format version; another one is passed over
///   10    6      reserved, 0
///   16    8 u64  XXH3 of what the index's header says of the vectors, the options and the codes: <see cref="Fingerprint"/>
///   24    4 u32  N: nodes that were inserted
///   28    4 u32  S: bytes of each
///   32    N * S  neighbours and their costs, node by node
///   ...   8 u64  XXH3 of all bytes before
/// </code>
/// <para>History: version 1, the first.</para>
/// </remarks>
internal static class VectorIndexDraft
{
    /// <summary>Ending of its name behind the index's.</summary>
    public const string Ending = ".part";

    private const ushort Version = 1;
    private const int HeaderBytes = 32;
    private const int ChecksumBytes = sizeof(ulong);
    private const int PieceBytes = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "AVSVID\r\n"u8;

    /// <summary>What must be the same for a build to go on.</summary>
    public static ulong Fingerprint(VectorIndexHeader header) => XxHash3.HashToUInt64(VectorIndexFormat.WriteHeader(header with { Entries = 1, FreshShare = 0 }));

    /// <summary>Writes a draft; durable on return. It takes the place of the one before.</summary>
    /// <exception cref="IOException">The disk is full or refuses; the draft before is still there, or none.</exception>
    public static void Write(IFileSystem fileSystem, string path, ulong fingerprint, GraphIndexBuild build, CancellationToken cancellationToken)
    {
        var temporary = path + AtomicReplacement.TemporaryEnding;
        try
        {
            using (var file = fileSystem.Open(temporary, FileOpening.CreateOrTruncate))
            {
                WriteTo(file, fingerprint, build, cancellationToken);
                file.SyncData();
            }

            fileSystem.Rename(temporary, path);
            fileSystem.SyncDirectory(Path.GetDirectoryName(path) is { Length: > 0 } directory ? directory : ".");
        }
        catch
        {
            VectorIndexFile.RemoveQuietly(fileSystem, temporary);
            throw;
        }
    }

    /// <summary>Brings a build to where a draft was; false if there is none that fits: the build is then of no use any more, unless it has not begun.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static bool TryResume(IFileSystem fileSystem, string path, ulong fingerprint, GraphIndexBuild build, ParallelLoop loop)
    {
        if (!fileSystem.FileExists(path))
            return false;
        using var file = fileSystem.Open(path, FileOpening.ReadExisting);
        var header = new byte[HeaderBytes];
        if (file.Length < HeaderBytes + ChecksumBytes || file.Read(header, 0) < HeaderBytes || !IsWhole(file))
            return false;
        var (inserted, bytes) = (BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(24)), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(28)));
        if (!header.AsSpan(0, Magic.Length).SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8)) != Version
            || BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(16)) != fingerprint
            || bytes != build.NodeStateBytes
            || file.Length != HeaderBytes + ((long)inserted * bytes) + ChecksumBytes)
            return false;
        var (state, at) = (new byte[bytes], (long)HeaderBytes);
        return build.TryResume(inserted, Next, loop);

        ReadOnlySpan<byte> Next()
        {
            at += file.Read(state, at);
            return state;
        }
    }

    private static void WriteTo(IFile file, ulong fingerprint, GraphIndexBuild build, CancellationToken cancellationToken)
    {
        var (hash, buffer, used, position) = (new XxHash3(), new byte[PieceBytes], HeaderBytes, 0L);
        Magic.CopyTo(buffer);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(16), fingerprint);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(24), build.Inserted);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(28), build.NodeStateBytes);
        for (var node = 0; node < build.Inserted; node++)
        {
            if (used + build.NodeStateBytes > buffer.Length)
                Flush();
            build.CopyState(node, buffer.AsSpan(used, build.NodeStateBytes));
            used += build.NodeStateBytes;
        }

        Flush();
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, hash.GetCurrentHashAsUInt64());
        file.Write(buffer.AsSpan(0, ChecksumBytes), position);

        void Flush()
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.Append(buffer.AsSpan(0, used));
            file.Write(buffer.AsSpan(0, used), position);
            (position, used) = (position + used, 0);
        }
    }

    private static bool IsWhole(IFile file)
    {
        var (hash, buffer, end) = (new XxHash3(), new byte[PieceBytes], file.Length - ChecksumBytes);
        for (var at = 0L; at < end;)
        {
            var read = file.Read(buffer.AsSpan(0, (int)Math.Min(PieceBytes, end - at)), at);
            if (read == 0)
                return false;
            hash.Append(buffer.AsSpan(0, read));
            at += read;
        }

        return file.Read(buffer.AsSpan(0, ChecksumBytes), end) == ChecksumBytes && BinaryPrimitives.ReadUInt64LittleEndian(buffer) == hash.GetCurrentHashAsUInt64();
    }
}
