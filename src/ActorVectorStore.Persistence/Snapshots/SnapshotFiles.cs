using System.IO.Hashing;
using System.Runtime.CompilerServices;
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

    private readonly SnapshotDirectory _directory;
    private readonly Func<string, UInt128> _hash;
    private readonly SnapshotIndex _index = new();
    private readonly StreamTurns _turns = new();

    // Results of a save come back with the metadata object that went in, and with nothing else that tells one save from another.
    private readonly ConditionalWeakTable<SnapshotMetadata, StrongBox<long>> _generations = [];
    private readonly PersistenceMutations _mutations;
    private long _generation;

    private SnapshotFiles(SnapshotDirectory directory, Func<string, UInt128> hash, PersistenceMutations mutations)
    {
        _directory = directory;
        _hash = hash;
        _mutations = mutations;
    }

    /// <summary>Raised, on a thread of the pool, after <see cref="PersistenceIds"/> has got another one.</summary>
    public event Action? PersistenceIdAdded;

    /// <summary>The persistence ids that have or had snapshots: those saved since the opening, and all after <see cref="ReadPersistenceIdsAsync"/>.</summary>
    public SnapshotPersistenceIds PersistenceIds { get; } = new();

    /// <summary>Why the store refuses to save and delete for good: a failed directory sync; else null.</summary>
    public Exception? Poisoned => _directory.Poisoned;

    /// <summary>Number of snapshot files.</summary>
    public int Count => _index.Count;

    /// <summary>Reads the directory's names and removes what crashed saves left. Blocks while it does.</summary>
    public static SnapshotFiles Open(
        IFileSystem fileSystem,
        string directory,
        int compressionBytesMin,
        Func<string, UInt128>? hash = null,
        PersistenceMutations mutations = PersistenceMutations.None)
    {
        fileSystem.CreateDirectory(directory);
        hash ??= HashOf;
        var files = new SnapshotFiles(new SnapshotDirectory(fileSystem, directory, compressionBytesMin, hash), hash, mutations);
        foreach (var name in fileSystem.ListFiles(directory))
        {
            if (SnapshotFileName.IsTemporary(name))
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
            return Select(persistenceId, criteria) is { } entry ? _directory.Read(entry) : ((SnapshotHeader, byte[])?)null;
        });

    /// <summary>
    /// Makes a snapshot durable. <paramref name="serialize"/> runs on a pool thread. Cancellation counts until the snapshot can be found; a save that
    /// fails or is cancelled leaves nothing.
    /// </summary>
    /// <param name="metadata">What is saved; also the name by which <see cref="RemoveSupersededAsync"/> knows this save.</param>
    /// <param name="serialize">Makes the payload.</param>
    /// <param name="cancellation">Cancelled when the save is reported as failed.</param>
    /// <param name="requested">The object by which <see cref="RemoveFailedAsync"/> knows this save; the metadata itself if left out.</param>
    public Task SaveAsync(SnapshotMetadata metadata, Func<SerializedSnapshot> serialize, CancellationToken cancellation, SnapshotMetadata? requested = null)
    {
        var generation = Interlocked.Increment(ref _generation);
        _generations.AddOrUpdate(metadata, new StrongBox<long>(generation));
        _generations.AddOrUpdate(requested ?? metadata, new StrongBox<long>(generation));
        var name = new SnapshotFileName(_hash(metadata.PersistenceId), metadata.SequenceNr, generation);
        return InTurn(metadata.PersistenceId, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            _directory.ThrowIfPoisoned();
            if (_mutations.HasFlag(PersistenceMutations.RemoveSupersededEarly))
            {
                _directory.Delete([.. EntriesOf(metadata.PersistenceId).Where(entry => entry.Name.SequenceNr == metadata.SequenceNr)], _index.Remove);
            }

            var entry = new SnapshotEntry(name) { Header = _directory.Write(name, metadata, serialize(), cancellation) };
            if (cancellation.IsCancellationRequested)
            {
                _directory.Delete([entry], static _ => { });
                throw new OperationCanceledException(cancellation);
            }

            _index.Add(entry);
            NotePersistenceId(metadata.PersistenceId);
            return true;
        });
    }

    /// <summary>Reads, on the pool, whose snapshots the files are, as far as that is not known. A file that cannot be read is nobody's.</summary>
    public Task ReadPersistenceIdsAsync() => Task.Run(() =>
    {
        foreach (var entry in _index.All())
        {
            try
            {
                PersistenceIds.Add(_directory.HeaderOf(entry).PersistenceId);
            }
            catch (Exception e) when (e is CorruptionException or UnsupportedFormatException)
            {
                // Loading it will say so to its owner.
            }
        }
    });

    private void NotePersistenceId(string persistenceId)
    {
        if (PersistenceIds.Add(persistenceId))
        {
            PersistenceIdAdded?.Invoke();
        }
    }

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
    public Task RemoveSupersededAsync(SnapshotMetadata saved) => InTurnOf(saved, generation => _directory.Delete(
        [.. EntriesOf(saved.PersistenceId).Where(entry => entry.Name.SequenceNr == saved.SequenceNr && entry.Name.Generation < generation)],
        _index.Remove));

    /// <summary>Removes what a save that was reported as failed may have left, also if it is still under way, and nothing else.</summary>
    public Task RemoveFailedAsync(SnapshotMetadata requested) => InTurnOf(requested, generation =>
    {
        SnapshotEntry[] left = [.. EntriesOf(requested.PersistenceId).Where(entry => entry.Name.Generation == generation)];
        if (left.Length > 0)
        {
            // Not to be served again, even if its file should stay.
            Array.ForEach(left, _index.Remove);
            _directory.Delete(left, static _ => { });
        }
    });

    /// <summary>Waits for the operations under way.</summary>
    public async ValueTask DisposeAsync() => await _turns.DrainAsync().ConfigureAwait(false);

    private Task<T> InTurn<T>(string persistenceId, Func<T> work) => _turns.RunAsync(persistenceId, () => Task.Run(work));

    private Task InTurnOf(SnapshotMetadata save, Action<long> work) => _generations.TryGetValue(save, out var generation)
        ? InTurn(save.PersistenceId, () =>
        {
            work(generation.Value);
            return true;
        })
        : Task.CompletedTask;

    private IEnumerable<SnapshotEntry> EntriesOf(string persistenceId) =>
        _index.NewestFirst(_hash(persistenceId)).Where(entry => _directory.HeaderOf(entry).PersistenceId == persistenceId);

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

            var header = _directory.HeaderOf(entry);
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

    private Task<bool> DeleteAsync(string persistenceId, Func<SnapshotEntry, bool> matches, CancellationToken cancellation) =>
        InTurn(persistenceId, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            _directory.ThrowIfPoisoned();
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
            var header = _directory.HeaderOf(entry);
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
        if (entries.Count > 0)
        {
            _directory.Delete(entries, _index.Remove);
        }
    }

    internal static UInt128 HashOf(string persistenceId) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(persistenceId.AsSpan()));
}
