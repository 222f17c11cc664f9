using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;
using Akka.Persistence;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The snapshots of one engine: immutable files in one directory, found through an index that opening builds from their names alone. Operations of
/// one persistence id run in the order of the calls, those of different ids side by side, all of them on threads of the pool.
/// </summary>
/// <remarks>
/// A save writes a file of its own (temporary name, sync, rename, directory sync) and leaves an older snapshot of the same sequence number alone
/// until <see cref="RemoveSupersededAsync"/>: a save that turns out to have failed can then be deleted without losing the older one.
/// </remarks>
internal sealed class SnapshotFiles : IAsyncDisposable
{
    /// <summary>Folder below the log's directory.</summary>
    public const string FolderName = "snapshots";

    private readonly IFileSystem _fileSystem;
    private readonly string _directory;
    private readonly int _compressionBytesMin;
    private readonly Func<string, UInt128> _hash;
    private readonly SnapshotIndex _index = new();
    private readonly StreamTurns _turns = new();
    private long _generation;
    private Exception? _poison;

    private SnapshotFiles(IFileSystem fileSystem, string directory, int compressionBytesMin, Func<string, UInt128> hash)
    {
        _fileSystem = fileSystem;
        _directory = directory;
        _compressionBytesMin = compressionBytesMin;
        _hash = hash;
    }

    /// <summary>Why the store refuses to save and delete for good: a failed directory sync; else null.</summary>
    public Exception? Poisoned => Volatile.Read(ref _poison);

    /// <summary>Number of snapshot files.</summary>
    public int Count => _index.Count;

    /// <summary>Reads the directory's names and removes what crashed saves left. Blocks while it does.</summary>
    public static SnapshotFiles Open(IFileSystem fileSystem, string directory, int compressionBytesMin, Func<string, UInt128>? hash = null)
    {
        fileSystem.CreateDirectory(directory);
        var files = new SnapshotFiles(fileSystem, directory, compressionBytesMin, hash ?? HashOf);
        foreach (var name in fileSystem.ListFiles(directory))
        {
            if (name.EndsWith(SnapshotFileName.Ending + AtomicReplacement.TemporaryEnding, StringComparison.Ordinal))
            {
                fileSystem.DeleteFile(Path.Combine(directory, name));
            }
            else if (SnapshotFileName.TryParse(name) is { } parsed)
            {
                files._index.Add(new SnapshotEntry(parsed));
                files._generation = Math.Max(files._generation, parsed.Generation);
            }
        }

        return files;
    }

    /// <summary>
    /// The youngest snapshot that matches, or null if none does. A match that cannot be read fails the load: an older one in its place would be
    /// replayed over events that may be deleted.
    /// </summary>
    public Task<(SnapshotHeader Header, byte[] Payload)?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellation) =>
        InTurn(persistenceId, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Select(persistenceId, criteria) is { } entry ? Read(entry) : ((SnapshotHeader, byte[])?)null;
        });

    /// <summary>
    /// Makes a snapshot durable. <paramref name="serialize"/> runs on a pool thread. Cancellation counts until the file gets its name.
    /// </summary>
    public Task SaveAsync(SnapshotMetadata metadata, Func<SerializedSnapshot> serialize, CancellationToken cancellation) =>
        InTurn(metadata.PersistenceId, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            ThrowIfPoisoned();
            Save(metadata, serialize(), cancellation);
            return true;
        });

    /// <summary>Removes a snapshot: any of its sequence number without a timestamp, else the one with exactly that timestamp. Durable on completion.</summary>
    public Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellation)
    {
        Func<SnapshotHeader, bool>? byHeader = metadata.Timestamp == DateTime.MinValue ? null : header => header.Timestamp == metadata.Timestamp.Ticks;
        return DeleteAsync(
            metadata.PersistenceId,
            entry => entry.Name.SequenceNr == metadata.SequenceNr && IsToDelete(entry, metadata.PersistenceId, byHeader),
            cancellation);
    }

    /// <summary>Removes all snapshots that match. Durable on completion.</summary>
    public Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellation)
    {
        Func<SnapshotHeader, bool>? byHeader = HasTimeBounds(criteria) ? header => IsInTime(header, criteria) : null;
        long? deleted = null;
        return DeleteAsync(
            persistenceId,
            entry =>
            {
                var number = entry.Name.SequenceNr;
                if (number < criteria.MinSequenceNr || number > criteria.MaxSequenceNr)
                {
                    return false;
                }

                // What a deleted snapshot had replaced goes with it, or it would come back to light.
                var delete = IsToDelete(entry, persistenceId, number == deleted ? null : byHeader);
                deleted = delete ? number : deleted;
                return delete;
            },
            cancellation);
    }

    /// <summary>Removes older saves of the sequence number, once the given one is known to have succeeded.</summary>
    public Task RemoveSupersededAsync(SnapshotMetadata saved) => InTurn(saved.PersistenceId, () =>
    {
        SnapshotEntry? kept = null;
        var removed = new List<SnapshotEntry>();
        foreach (var entry in _index.NewestFirst(_hash(saved.PersistenceId)))
        {
            if (entry.Name.SequenceNr != saved.SequenceNr || HeaderOf(entry).PersistenceId != saved.PersistenceId)
            {
                continue;
            }

            if (kept is not null)
            {
                removed.Add(entry);
            }
            else if (HeaderOf(entry).Timestamp == saved.Timestamp.Ticks)
            {
                kept = entry;
            }
        }

        Remove(removed);
        return true;
    });

    /// <summary>Reads every file and reports those that are damaged. For tools; blocks.</summary>
    public IEnumerable<(string File, SnapshotHeader? Header, Exception? Problem)> Verify()
    {
        foreach (var entry in _index.All().OrderBy(static entry => entry.Name.ToString(), StringComparer.Ordinal))
        {
            SnapshotHeader? header = null;
            Exception? problem = null;
            try
            {
                header = Read(entry).Header;
            }
            catch (IOException e)
            {
                problem = e;
            }

            yield return (PathOf(entry), header, problem);
        }
    }

    /// <summary>Waits for the operations under way.</summary>
    public async ValueTask DisposeAsync() => await _turns.DrainAsync().ConfigureAwait(false);

    private Task<T> InTurn<T>(string persistenceId, Func<T> work) => _turns.RunAsync(persistenceId, () => Task.Run(work));

    private SnapshotEntry? Select(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        long? decided = null;
        foreach (var entry in _index.NewestFirst(_hash(persistenceId)))
        {
            var number = entry.Name.SequenceNr;
            if (number > criteria.MaxSequenceNr || number < criteria.MinSequenceNr || number == decided)
            {
                continue;
            }

            var header = HeaderOf(entry);
            if (header.PersistenceId != persistenceId)
            {
                continue;
            }

            if (IsInTime(header, criteria))
            {
                return entry;
            }

            // The older saves of this number were replaced by the one that did not match.
            decided = number;
        }

        return null;
    }

    private static bool HasTimeBounds(SnapshotSelectionCriteria criteria) =>
        criteria.MaxTimeStamp != DateTime.MaxValue || criteria.MinTimestamp is not (null or { Ticks: 0 });

    private static bool IsInTime(SnapshotHeader header, SnapshotSelectionCriteria criteria) =>
        header.Timestamp <= criteria.MaxTimeStamp.Ticks && header.Timestamp >= (criteria.MinTimestamp?.Ticks ?? 0);

    private void Save(SnapshotMetadata metadata, SerializedSnapshot snapshot, CancellationToken cancellation)
    {
        var name = new SnapshotFileName(_hash(metadata.PersistenceId), metadata.SequenceNr, Interlocked.Increment(ref _generation));
        var path = Path.Combine(_directory, name.ToString());
        var temporary = path + AtomicReplacement.TemporaryEnding;
        SnapshotHeader header;
        try
        {
            header = WriteTemporary(temporary, metadata, snapshot);
            cancellation.ThrowIfCancellationRequested();
            _fileSystem.Rename(temporary, path);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }

        try
        {
            SyncDirectory();
        }
        catch
        {
            DeleteQuietly(path);
            throw;
        }

        _index.Add(new SnapshotEntry(name) { Header = header });
    }

    private SnapshotHeader WriteTemporary(string path, SnapshotMetadata metadata, SerializedSnapshot snapshot)
    {
        var payload = snapshot.Payload.AsMemory();
        byte[]? rented = null;
        if (_compressionBytesMin > 0 && payload.Length >= _compressionBytesMin)
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
            using var file = _fileSystem.Open(path, FileOpening.CreateOrTruncate);
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

    private Task<bool> DeleteAsync(string persistenceId, Func<SnapshotEntry, bool> matches, CancellationToken cancellation) =>
        InTurn(persistenceId, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            ThrowIfPoisoned();
            var removed = new List<SnapshotEntry>();
            foreach (var entry in _index.NewestFirst(_hash(persistenceId)))
            {
                if (matches(entry))
                {
                    removed.Add(entry);
                }
            }

            Remove(removed);
            return true;
        });

    private bool IsToDelete(SnapshotEntry entry, string persistenceId, Func<SnapshotHeader, bool>? byHeader)
    {
        try
        {
            var header = HeaderOf(entry);
            return header.PersistenceId == persistenceId && (byHeader is null || byHeader(header));
        }
        catch (CorruptionException) when (byHeader is null)
        {
            // Nothing but the 128-bit hash says whose it was, which is enough to let its owner get rid of a damaged file.
            return true;
        }
    }

    private void Remove(List<SnapshotEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        foreach (var entry in entries)
        {
            _fileSystem.DeleteFile(PathOf(entry));
            _index.Remove(entry);
        }

        SyncDirectory();
    }

    private (SnapshotHeader Header, byte[] Payload) Read(SnapshotEntry entry)
    {
        using var file = OpenFile(entry);
        var (header, bytes) = SnapshotFileFormat.ReadHeader(file);
        RequireName(entry, header);
        entry.Header = header;
        var payload = SnapshotFileFormat.ReadPayload(file, header, bytes);
        return (header, header.Compressed ? Decompress(file.Path, header, payload, bytes.Length) : payload);
    }

    private SnapshotHeader HeaderOf(SnapshotEntry entry)
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
            return _fileSystem.Open(PathOf(entry), FileOpening.ReadExisting);
        }
        catch (FileNotFoundException)
        {
            throw new CorruptionException(PathOf(entry), 0, "the snapshot file", "no file");
        }
    }

    private void RequireName(SnapshotEntry entry, SnapshotHeader header)
    {
        if (_hash(header.PersistenceId) != entry.Name.Hash || header.SequenceNr != entry.Name.SequenceNr)
        {
            throw new CorruptionException(
                PathOf(entry), 24, "the snapshot that the file's name stands for", $"number {header.SequenceNr} of '{header.PersistenceId}'");
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

    // A second sync may report success although the first one's names are lost, so nothing is promised any more.
    private void SyncDirectory()
    {
        try
        {
            _fileSystem.SyncDirectory(_directory);
        }
        catch (Exception e)
        {
            Volatile.Write(ref _poison, e);
            throw;
        }
    }

    private void ThrowIfPoisoned()
    {
        if (Poisoned is { } cause)
        {
            throw new IOException($"The snapshots in {_directory} can only be read since a sync failed: {cause.Message} Open the directory again to go on.", cause);
        }
    }

    private void DeleteQuietly(string path)
    {
        try
        {
            _fileSystem.DeleteFile(path);
        }
        catch (IOException)
        {
            // The failure that led here is the one to report; opening removes what is left.
        }
    }

    private string PathOf(SnapshotEntry entry) => Path.Combine(_directory, entry.Name.ToString());

    private static UInt128 HashOf(string persistenceId) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(persistenceId.AsSpan()));
}
