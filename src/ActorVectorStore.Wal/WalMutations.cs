namespace ActorVectorStore.Wal;

/// <summary>
/// Rules that a test can break, one at a time, to show that the suite notices. Reachable from the room's own tests only.
/// </summary>
[Flags]
internal enum WalMutations
{
    None = 0,

    /// <summary>Acknowledge before the sync.</summary>
    AckBeforeSync = 1 << 0,

    /// <summary>Do not bind a frame to its log and position.</summary>
    SkipSalt = 1 << 1,

    /// <summary>Do not compare the chain.</summary>
    SkipChain = 1 << 2,

    /// <summary>Take any bad frame for a torn tail.</summary>
    TruncateOnBadFrame = 1 << 3,

    /// <summary>Do not verify payloads while scanning.</summary>
    SkipPayloadChecksum = 1 << 4,

    /// <summary>Forget deletions at recovery.</summary>
    IgnoreDeletions = 1 << 5,

    /// <summary>Free a segment without restating the numbers of its streams.</summary>
    DropFloors = 1 << 6,

    /// <summary>Leave the remains of a torn commit where they are.</summary>
    KeepTornTail = 1 << 7,

    /// <summary>Accept a sequence number again.</summary>
    AcceptDuplicates = 1 << 8,

    /// <summary>Go on after a failed sync.</summary>
    RetrySync = 1 << 9,

    /// <summary>Use a segment file before its name is durable.</summary>
    SkipDirectorySync = 1 << 10,

    /// <summary>Do not check that every segment of the log is there.</summary>
    IgnoreMissingSegments = 1 << 11,

    /// <summary>Trust what was read from an unfinished commit without writing and syncing it again.</summary>
    TrustUnsyncedTail = 1 << 12,

    /// <summary>Do not mark the end of a log that is closed.</summary>
    SkipClosingMark = 1 << 13,

    /// <summary>Acknowledge a commit whose write failed.</summary>
    AckFailedWrite = 1 << 14,

    /// <summary>Use a segment's index whatever its checksum says.</summary>
    TrustDamagedIndex = 1 << 15,

    /// <summary>Free a segment by one frame, and move what was live in it by the next one.</summary>
    SplitRelocation = 1 << 16,
}
