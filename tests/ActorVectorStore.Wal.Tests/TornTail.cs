using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Two hand-made disks on which one rule alone decides.</summary>
internal static class TornTail
{
    private const string Segment = "/log/0000000100000000.wal";

    /// <summary>
    /// Of the two frames of an unacknowledged commit the first is torn and the second whole. The recovery erases both: a second recovery finds a clean
    /// end, and the second frame does not come back behind a new one of the first one's size.
    /// </summary>
    public static void CheckRemainsAreErased(WalMutations mutations)
    {
        var disk = new SimulatedFileSystem(1);
        var log = Open(disk, mutations);
        log.Append(LogFixture.Batch("a", 1, "kept"));
        var torn = log.AppendAsync(LogFixture.Batch("a", 2, "torn")).AsTask();
        var whole = log.AppendAsync(LogFixture.Batch("b", 1, "whole")).AsTask();
        log.CommitQueued();
        Require(torn.IsCompletedSuccessfully && whole.IsCompletedSuccessfully, "the commit");
        disk = disk.Crash(CrashKeeps.All);
        disk.FlipBit(Segment, torn.Result.Position.Offset + 8, 0);

        log = Open(disk, mutations);
        Require(log.Recovery.TornBytes > 0 && log.ReadAll().Payloads().Count == 1, "the torn commit to be erased");
        log = Open(disk = disk.Crash(CrashKeeps.None), mutations);
        Require(log.Recovery.TornBytes == 0, "a clean end after the repair");
        log.Append(LogFixture.Batch("a", 2, "next"));
        Require(Open(disk.Crash(CrashKeeps.None), mutations).ReadStream("b").Payloads().Count == 0, "no frame of the torn commit");
    }

    /// <summary>A frame is replaced by another that is valid at the same position, as by a lost write; the frame behind it tells.</summary>
    public static void CheckReplacedFrameIsReported(WalMutations mutations)
    {
        var disk = new SimulatedFileSystem(2);
        Open(disk, mutations).Append(LogFixture.Batch("a", 1, "first"));
        var other = disk.Kill();
        disk = disk.Kill();
        var replacement = Open(other, mutations).Append(LogFixture.Batch("a", 2, "lost!")).Position;
        var log = Open(disk, mutations);
        log.Append(LogFixture.Batch("a", 2, "acked"));
        log.Append(LogFixture.Batch("a", 3, "third"));

        var frame = new byte[FrameFormat.FrameBytes(EventBatchFrame.MetaBytes(LogFixture.Batch("a", 2, "lost!")), 5)];
        other = other.Crash(CrashKeeps.All);
        using (var file = other.Open(Segment, FileOpening.ReadExisting))
        {
            file.Read(frame, replacement.Offset);
        }

        disk = disk.Crash(CrashKeeps.All);
        disk.Overwrite(Segment, replacement.Offset, frame);
        try
        {
            Open(disk, mutations);
        }
        catch (CorruptionException)
        {
            return;
        }

        throw new WrongRecoveryException("a frame was replaced by another, and nobody noticed");
    }

    /// <summary>The last batch of a log that was closed is damaged: nobody can take it for a commit that a power failure tore.</summary>
    public static async Task CheckDamageBehindACloseIsReportedAsync(WalMutations mutations)
    {
        var disk = new SimulatedFileSystem(3);
        var log = Open(disk, mutations);
        var last = log.Append(LogFixture.Batch("a", 1, "last")).Position;
        await log.DisposeAsync();
        disk = disk.Crash(CrashKeeps.All);
        disk.FlipBit(Segment, last.Offset + 8, 0);
        RequireReported(() => Open(disk, mutations), "the last batch of a closed log was damaged");
    }

    /// <summary>A bit of each byte of a segment's index flips: the segment is scanned instead, and says what it said before.</summary>
    public static async Task CheckDamagedIndexIsNotTrustedAsync(WalMutations mutations)
    {
        var disk = new SimulatedFileSystem(4);
        var log = Open(disk, mutations);
        for (var sequence = 1; sequence <= 40; sequence++)
        {
            log.Append(LogFixture.Batch($"{sequence % 3}", sequence, new string('x', 5000)));
        }

        await log.DisposeAsync();
        disk = disk.Crash(CrashKeeps.All);
        long end;
        using (var offline = OfflineLog.Open(disk, "/log"))
        {
            end = offline.Recovered.Index.FindSegment(1)!.End;
        }

        for (var offset = end + FrameFormat.HeadBytes; offset < end + FrameFormat.HeadBytes + 80; offset++)
        {
            var damaged = disk.Clone();
            damaged.FlipBit(Segment, offset, 0);
            Require(Open(damaged, mutations).ReadStream("1").Payloads().Count == 14, $"all batches in spite of damage at {offset}");
        }
    }

    private static void RequireReported(Action action, string what)
    {
        try
        {
            action();
        }
        catch (CorruptionException)
        {
            return;
        }

        throw new WrongRecoveryException($"{what}, and nobody noticed");
    }

    private static WriteAheadLog Open(SimulatedFileSystem disk, WalMutations mutations) => Workload.Open(disk, LogFixture.Small, mutations);

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new WrongRecoveryException($"expected {what}");
        }
    }
}
