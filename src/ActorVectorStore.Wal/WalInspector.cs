using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>Looks into the log of a directory that no process has open. Takes the directory's lock for the time of the call and modifies nothing else.</summary>
public static class WalInspector
{
    /// <summary>What the log holds: reads as much as opening it would.</summary>
    /// <inheritdoc cref="OfflineLog.Open" path="/exception"/>
    public static WalInspection Inspect(IFileSystem fileSystem, string directory)
    {
        using var log = OfflineLog.Open(fileSystem, directory);
        return Describe(log.Recovered);
    }

    /// <summary>Reads every frame and every index of the log and lists what is damaged, all segments, whatever is wrong with the others.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="DirectoryLockedException">A process has the log open.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote the log.</exception>
    public static WalVerification Verify(IFileSystem fileSystem, string directory)
    {
        try
        {
            using var log = OfflineLog.Open(fileSystem, directory);
            return Verify(log.Recovered);
        }
        catch (CorruptionException e)
        {
            return new WalVerification(0, 0, [Problem(e)]);
        }
    }

    private static WalInspection Describe(RecoveredLog log) => new()
    {
        Segments = [.. log.Index.Segments.Select(Describe)],
        Tail = log.End,
        TornBytes = log.Report.TornBytes,
        Streams = log.Index.Numbered.Length,
        PublishedOrdinal = log.Index.NextOrdinal - 1,
        UnusedFiles = log.UnusedNumbers.Count + log.Spares.Count,
    };

    private static SegmentInspection Describe(Segment segment) => new(
        segment.Number,
        segment.File.Path,
        segment.File.Length,
        segment.End - SegmentFormat.HeaderBytes,
        segment.LiveBytes,
        segment.FirstOrdinal,
        segment.IsSealed,
        segment.Index is not null);

    private static WalVerification Verify(RecoveredLog log)
    {
        long batches = 0, bytes = 0;
        var problems = new List<WalProblem>();
        foreach (var segment in log.Index.Segments)
        {
            var scanner = new SegmentScanner(segment.File, segment.Number, new FrameWindow(log.Seal), WalMutations.None);
            try
            {
                // Opening has found the end of each segment, so that whatever is not a frame before it is damage.
                scanner.Scan(segment.End, isFollowed: true, (in header, _, _, _) =>
                {
                    batches += header.Kind == FrameKind.EventBatch ? 1 : 0;
                    bytes += header.FrameBytes;
                });
            }
            catch (CorruptionException e)
            {
                problems.Add(Problem(e));
            }
        }

        return new WalVerification(batches, bytes, problems);
    }

    private static WalProblem Problem(CorruptionException e) => new(e.File, e.Offset, e.Expected, e.Found);
}
