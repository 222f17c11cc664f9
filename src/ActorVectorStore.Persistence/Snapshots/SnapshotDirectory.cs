using System.Buffers;
using ActorVectorStore.FileSystem;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>Writes, reads and deletes single snapshot files. Blocks; operations on different files may run side by side.</summary>
internal sealed class SnapshotDirectory(IFileSystem fileSystem, string directory, int compressionBytesMin, Func<string, UInt128> hash)
{
    private readonly Lock _syncing = new();
    private Exception? _poison;

    /// <summary>Why nothing is written any more: a failed directory sync; else null.</summary>
    public Exception? Poisoned => Volatile.Read(ref _poison);

    /// <summary>Reads every file of a directory and reports those that are damaged. For tools; blocks, and modifies nothing.</summary>
    public static IEnumerable<(string File, SnapshotHeader? Header, IOException? Problem)> Verify(IFileSystem fileSystem, string directory)
    {
        var snapshots = new SnapshotDirectory(fileSystem, directory, 0, SnapshotFiles.HashOf);
        foreach (var name in fileSystem.ListFiles(directory))
        {
            if (SnapshotFileName.TryParse(name) is not { } parsed)
            {
                continue;
            }

            SnapshotHeader? header = null;
            IOException? problem = null;
            try
            {
                header = snapshots.Read(new SnapshotEntry(parsed)).Header;
            }
            catch (IOException e)
            {
                problem = e;
            }

            yield return (Path.Combine(directory, name), header, problem);
        }
    }

    /// <summary>Makes the file durable under its name. When it throws, the name is not there, or is removed as far as the disk allows.</summary>
    public SnapshotHeader Write(SnapshotFileName name, SnapshotMetadata metadata, SerializedSnapshot snapshot, CancellationToken cancellation)
    {
        var path = PathOf(name);
        var temporary = path + AtomicReplacement.TemporaryEnding;
        try
        {
            var header = WriteTemporary(temporary, metadata, snapshot);
            cancellation.ThrowIfCancellationRequested();
            fileSystem.Rename(temporary, path);
            SyncDirectory();
            return header;
        }
        catch
        {
            DeleteQuietly(temporary);
            DeleteQuietly(path);
            throw;
        }
    }

    private SnapshotHeader WriteTemporary(string path, SnapshotMetadata metadata, SerializedSnapshot snapshot)
    {
        var payload = snapshot.Payload.AsMemory();
        byte[]? rented = null;
        if (compressionBytesMin > 0 && payload.Length >= compressionBytesMin)
        {
            rented = ArrayPool<byte>.Shared.Rent(ZstdFrames.BytesMax(payload.Length));
            payload = rented.AsMemory(0, ZstdFrames.Compress(payload.Span, rented));
        }

        try
        {
            var header = new SnapshotHeader(
                metadata.PersistenceId,
                metadata.SequenceNr,
                metadata.Timestamp.Ticks,
                snapshot.SerializerId,
                snapshot.Manifest,
                rented is not null,
                payload.Length,
                snapshot.Payload.Length);
            var bytes = SnapshotFileFormat.WriteHeader(header);
            Span<byte> trailer = stackalloc byte[SnapshotFileFormat.TrailerBytes];
            SnapshotFileFormat.WriteTrailer(trailer, bytes, payload.Span);
            using var file = fileSystem.Open(path, FileOpening.CreateOrTruncate);
            file.Write(bytes, 0);
            file.Write(payload.Span, bytes.Length);
            file.Write(trailer, bytes.Length + (long)payload.Length);
            file.SyncData();
            return header;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Removes files and tells of each as it goes; durable on return.</summary>
    public void Delete(IReadOnlyList<SnapshotEntry> entries, Action<SnapshotEntry> removed)
    {
        foreach (var entry in entries)
        {
            fileSystem.DeleteFile(PathOf(entry.Name));
            removed(entry);
        }

        SyncDirectory();
    }

    /// <summary>Reads and checks a whole file.</summary>
    /// <exception cref="CorruptionException">It is damaged, missing, or another snapshot's.</exception>
    public (SnapshotHeader Header, byte[] Payload) Read(SnapshotEntry entry)
    {
        using var file = OpenFile(entry);
        var (header, bytes) = SnapshotFileFormat.ReadHeader(file);
        RequireName(entry, header);
        entry.Header = header;
        var payload = SnapshotFileFormat.ReadPayload(file, header, bytes);
        return (header, header.Compressed ? Decompress(file.Path, header, payload, bytes.Length) : payload);
    }

    /// <summary>The file's header, which is read once.</summary>
    public SnapshotHeader HeaderOf(SnapshotEntry entry)
    {
        if (entry.Header is { } known)
        {
            return known;
        }

        using var file = OpenFile(entry);
        var header = SnapshotFileFormat.ReadHeader(file).Header;
        RequireName(entry, header);
        entry.Header = header;
        return header;
    }

    private IFile OpenFile(SnapshotEntry entry)
    {
        try
        {
            return fileSystem.Open(PathOf(entry.Name), FileOpening.ReadExisting);
        }
        catch (FileNotFoundException)
        {
            throw new CorruptionException(PathOf(entry.Name), 0, "the snapshot file", "no file");
        }
    }

    private void RequireName(SnapshotEntry entry, SnapshotHeader header)
    {
        if (hash(header.PersistenceId) != entry.Name.Hash || header.SequenceNr != entry.Name.SequenceNr)
        {
            throw new CorruptionException(
                PathOf(entry.Name), 24, "the snapshot that the file's name stands for", $"number {header.SequenceNr} of '{header.PersistenceId}'");
        }
    }

    private static byte[] Decompress(string path, SnapshotHeader header, byte[] payload, int offset)
    {
        byte[] rented;
        try
        {
            rented = ZstdFrames.Decompress(payload, (int)header.PlainBytes);
        }
        catch (InvalidDataException e)
        {
            throw new CorruptionException(path, offset, $"a zstd frame of {header.PlainBytes} bytes", e.Message);
        }

        var plain = rented.AsSpan(0, (int)header.PlainBytes).ToArray();
        ArrayPool<byte>.Shared.Return(rented);
        return plain;
    }

    /// <summary>Nothing is written any more after a failed directory sync.</summary>
    public void ThrowIfPoisoned()
    {
        if (Poisoned is { } cause)
        {
            throw new IOException($"The snapshots in {directory} can only be read since a sync failed: {cause.Message} Open the directory again to go on.", cause);
        }
    }

    // A second sync may report success although the first one's names are lost, so nothing is promised any more: neither to those that come later
    // nor to those that wait here while the first one fails.
    private void SyncDirectory()
    {
        lock (_syncing)
        {
            ThrowIfPoisoned();
            try
            {
                fileSystem.SyncDirectory(directory);
            }
            catch (Exception e)
            {
                Volatile.Write(ref _poison, e);
                throw;
            }
        }
    }

    private void DeleteQuietly(string path)
    {
        try
        {
            fileSystem.DeleteFile(path);
        }
        catch (IOException)
        {
            // The failure that led here is the one to report; opening removes what is left.
        }
    }

    private string PathOf(SnapshotFileName name) => Path.Combine(directory, name.ToString());
}
