using System.IO.Hashing;
using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>Writes and reads files of <see cref="VectorIndexFormat"/>. One thread for each file.</summary>
internal static class VectorIndexFile
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Writes an index; durable on return. A crash leaves no file of this name, or a whole one; a failure none, as far as the disk allows.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="path">The name; its directory exists. A file that has it is replaced.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="image">The index.</param>
    /// <param name="pace">Told after each piece how many bytes were written; may wait.</param>
    /// <param name="cancellationToken">Looked at before each MiB.</param>
    /// <returns>Bytes of the file.</returns>
    /// <exception cref="IOException">The disk is full or refuses.</exception>
    public static long Write(IFileSystem fileSystem, string path, VectorIndexHeader header, GraphImage image, Action<int>? pace, CancellationToken cancellationToken)
    {
        var temporary = path + AtomicReplacement.TemporaryEnding;
        try
        {
            long length;
            using (var file = fileSystem.Open(temporary, FileOpening.CreateOrTruncate))
            {
                var writer = new SectionWriter(file, pace, cancellationToken);
                writer.Append(VectorIndexFormat.WriteHeader(header));
                writer.EndSection();
                var vectors = WriteRows(writer, image.VectorCount, sizeof(uint), (node, row) => MemoryMarshal.Write(row, (uint)image.VectorOf(node)));
                var codes = WriteRows(writer, image.Count, header.RowBytes, image.CopyCodes);
                var links = WriteRows(writer, image.Count, image.Degree * sizeof(uint), (node, row) => image.CopyLinks(node, MemoryMarshal.Cast<byte, uint>(row)));
                writer.Append(VectorIndexFormat.WriteFooter(vectors, codes, links));
                length = writer.End();
                file.SyncData();
            }

            fileSystem.Rename(temporary, path);
            fileSystem.SyncDirectory(Path.GetDirectoryName(path) is { Length: > 0 } directory ? directory : ".");
            return length;
        }
        catch (Exception)
        {
            RemoveQuietly(fileSystem, temporary);
            throw;
        }
    }

    /// <summary>Reads an index into memory and compares every checksum.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="path">The file.</param>
    /// <param name="makeWay">Called before each MiB; may wait.</param>
    /// <param name="cancellationToken">Looked at before each MiB.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CorruptionException">It is damaged.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote it.</exception>
    public static VectorIndex Read(IFileSystem fileSystem, string path, Action? makeWay, CancellationToken cancellationToken)
    {
        using var file = fileSystem.Open(path, FileOpening.ReadExisting);
        var header = ReadHeader(file);
        var at = VectorIndexFormat.Padded(VectorIndexFormat.HeaderBytesOf(header.Codec.Dimension));
        var length = at + VectorIndexFormat.Padded(header.VectorsBytes) + VectorIndexFormat.Padded(header.CodesBytes) + VectorIndexFormat.Padded(header.LinksBytes) + VectorIndexFormat.FooterBytes;
        VectorIndexFormat.Require(path, file.Length, file.Length == length, $"{length} bytes", $"{file.Length}");
        var footer = new byte[VectorIndexFormat.FooterBytes];
        ReadExactly(file, footer, length - footer.Length);
        var expected = VectorIndexFormat.ReadFooter(path, length - footer.Length, footer);
        var memory = new GraphMemory(header.VectorCount, header.Count, header.Options.Degree, header.RowBytes);
        try
        {
            ReadSection(file, ref at, memory.VectorBytes, expected.Vectors, "vectors' numbers", makeWay, cancellationToken);
            ReadSection(file, ref at, memory.CodeBytes, expected.Codes, "codes", makeWay, cancellationToken);
            ReadSection(file, ref at, memory.LinkBytes, expected.Links, "neighbours", makeWay, cancellationToken);
            VectorIndexFormat.Require(path, 0, memory.TryComplete(), "neighbours that are nodes, and each vector once", "others");
            return new VectorIndex(header, memory.PartsOf(header.Codec, header.Kind, header.Entries, header.FreshShare), length);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Removes a file that could not be written to its end, or that nobody needs any more, as far as the disk allows.</summary>
    public static void RemoveQuietly(IFileSystem fileSystem, string path)
    {
        try
        {
            fileSystem.DeleteFile(path);
        }
        catch (IOException)
        {
            // The first failure is the one to report; what is left is replaced by the next writer, or removed with its segment.
        }
    }

    private static VectorIndexHeader ReadHeader(IFile file)
    {
        var preamble = new byte[VectorIndexFormat.PreambleBytes];
        var found = file.Read(preamble, 0);
        var header = new byte[VectorIndexFormat.HeaderBytes(file.Path, preamble.AsSpan(0, found))];
        ReadExactly(file, header, 0);
        return VectorIndexFormat.ReadHeader(file.Path, header);
    }

    private static void ReadSection(IFile file, ref long at, NativeBytes target, ulong expected, string what, Action? makeWay, CancellationToken cancellationToken)
    {
        var hash = new XxHash3();
        for (var done = 0L; done < target.Length; done += PieceBytes)
        {
            makeWay?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            var piece = target.Span(done, (int)Math.Min(PieceBytes, target.Length - done));
            ReadExactly(file, piece, at + done);
            hash.Append(piece);
        }

        VectorIndexFormat.Require(file.Path, at, hash.GetCurrentHashAsUInt64() == expected, $"{what} with checksum {expected:x16}", $"{hash.GetCurrentHashAsUInt64():x16}");
        at += VectorIndexFormat.Padded(target.Length);
    }

    private static void ReadExactly(IFile file, Span<byte> target, long offset)
    {
        var found = file.Read(target, offset);
        VectorIndexFormat.Require(file.Path, offset, found == target.Length, $"{target.Length} bytes", $"{found}");
    }

    private static ulong WriteRows(SectionWriter writer, int count, int bytes, RowWriter write)
    {
        var row = new byte[bytes];
        for (var number = 0; number < count; number++)
        {
            write(number, row);
            writer.Append(row);
        }

        return writer.EndSection();
    }

    private delegate void RowWriter(int number, Span<byte> row);

    // Sections one behind the other, in pieces, each with its hash.
    private sealed class SectionWriter(IFile file, Action<int>? pace, CancellationToken cancellationToken)
    {
        private readonly byte[] _buffer = new byte[PieceBytes];
        private readonly XxHash3 _hash = new();
        private long _position;
        private int _used;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            _hash.Append(bytes);
            Put(bytes);
        }

        public ulong EndSection()
        {
            var hash = _hash.GetCurrentHashAsUInt64();
            _hash.Reset();
            var end = _position + _used;
            Put(new byte[VectorIndexFormat.Padded(end) - end]);
            return hash;
        }

        public long End()
        {
            Flush();
            return _position;
        }

        private void Put(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (_used == _buffer.Length)
                    Flush();
                var part = bytes[..Math.Min(bytes.Length, _buffer.Length - _used)];
                part.CopyTo(_buffer.AsSpan(_used));
                _used += part.Length;
                bytes = bytes[part.Length..];
            }
        }

        private void Flush()
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Write(_buffer.AsSpan(0, _used), _position);
            pace?.Invoke(_used);
            (_position, _used) = (_position + _used, 0);
        }
    }
}
