using ActorVectorStore.FileSystem;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Looks at the directory of an engine without an actor system: for the command line and for support. The directory must not be in use. Blocks
/// while it reads; stateless, any thread.
/// </summary>
/// <remarks>
/// All operations throw <see cref="DirectoryNotFoundException"/> for a missing directory, <see cref="DirectoryLockedException"/> if a process has
/// it open, and <see cref="UnsupportedFormatException"/> if a newer program wrote the log or, where they read events, an event batch. A snapshot of a
/// newer program is among the problems that <see cref="Verify"/> lists.
/// </remarks>
public sealed class JournalTool(IFileSystem fileSystem)
{
    /// <summary>Describes the log and counts the snapshots; modifies nothing.</summary>
    /// <exception cref="CorruptionException">The log could not be opened.</exception>
    public JournalInspection Inspect(string directory)
    {
        var log = WalInspector.Inspect(fileSystem, directory);
        var folder = Path.Combine(directory, SnapshotFiles.FolderName);
        var (count, bytes) = (0, 0L);
        foreach (var name in fileSystem.ListFiles(folder))
        {
            if (SnapshotFileName.TryParse(name) is not null)
            {
                using var file = fileSystem.Open(Path.Combine(folder, name), FileOpening.ReadExisting);
                count++;
                bytes += file.Length;
            }
        }

        return new JournalInspection(log, count, bytes);
    }

    /// <summary>
    /// Reads every frame, reads every snapshot, and takes every batch apart if no frame is damaged. Modifies nothing.
    /// </summary>
    public JournalVerification Verify(string directory)
    {
        var frames = WalInspector.Verify(fileSystem, directory);
        var problems = new List<WalProblem>(frames.Problems);
        var (snapshots, events) = (VerifySnapshots(directory, problems), 0L);
        if (frames.Problems.Count == 0)
        {
            using var log = OfflineLog.Open(fileSystem, directory);
            events = CountEvents(log, problems);
        }

        return new JournalVerification(events, frames.Batches, snapshots, problems);
    }

    /// <summary>
    /// Writes every event that is not deleted as one line of JSON, in the order of the ordinals: <c>persistenceId</c>, <c>sequenceNr</c>, <c>ordinal</c>,
    /// <c>timestamp</c> (ISO 8601, UTC), <c>writer</c>, <c>tags</c>, <c>adapterManifest</c>, <c>serializerId</c>, <c>manifest</c>, and the payload as
    /// <c>json</c> if its bytes are a JSON document, else as <c>base64</c>. Modifies nothing. Returns the number of events.
    /// </summary>
    /// <exception cref="CorruptionException">Something is damaged; the lines before it were written.</exception>
    public async Task<long> ExportAsync(string directory, Stream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var log = OfflineLog.Open(fileSystem, directory);
        using var batches = log.ReadAll();
        await using var lines = new EventLineWriter(target);
        using var events = new EventBatchReader();
        while (batches.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            WriteLines(log, batches.Current, events, lines);
            await lines.FlushAsync(cancellation).ConfigureAwait(false);
        }

        return lines.Count;
    }

    private static void WriteLines(OfflineLog log, in StoredBatch batch, EventBatchReader events, EventLineWriter lines)
    {
        var deletedTo = log.ReadState(batch.Stream).DeletedTo;
        events.Open(batch);
        while (events.MoveNext())
        {
            if (events.SequenceNr > deletedTo)
            {
                lines.Write(events);
            }
        }
    }

    private static long CountEvents(OfflineLog log, List<WalProblem> problems)
    {
        var count = 0L;
        using var batches = log.ReadAll();
        using var events = new EventBatchReader();
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            try
            {
                var deletedTo = log.ReadState(batch.Stream).DeletedTo;
                events.Open(batch);
                while (events.MoveNext())
                {
                    count += events.SequenceNr > deletedTo ? 1 : 0;
                }
            }
            catch (CorruptionException e)
            {
                problems.Add(new WalProblem(e.File, e.Offset, e.Expected, e.Found));
            }
        }

        return count;
    }

    private int VerifySnapshots(string directory, List<WalProblem> problems)
    {
        var read = 0;
        foreach (var (file, _, problem) in SnapshotDirectory.Verify(fileSystem, Path.Combine(directory, SnapshotFiles.FolderName)))
        {
            if (problem is CorruptionException damage)
            {
                problems.Add(new WalProblem(damage.File, damage.Offset, damage.Expected, damage.Found));
            }
            else if (problem is not null)
            {
                problems.Add(new WalProblem(file, 0, "a readable snapshot", problem.Message));
            }
            else
            {
                read++;
            }
        }

        return read;
    }
}
