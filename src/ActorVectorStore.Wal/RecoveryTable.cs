namespace ActorVectorStore.Wal;

/// <summary>
/// Decides what the bytes at one offset of the log mean, from three facts: what stands there, whether a frame there follows the one before it, and
/// what later frames prove. Only this table may let a recovery cut the log short.
/// <code>
/// at the offset      follows  later frames             verdict
/// valid              yes      any                      accept
/// valid              no       prove a sync up to here  corrupt    an old version of a frame, here or before
/// valid              no       otherwise                torn       remains of a commit that was given up
/// payload damaged    any      prove a sync up to here  corrupt
/// payload damaged    any      otherwise                torn
/// not a frame        -        prove a sync up to here  corrupt
/// not a frame        -        are of the same commit   torn
/// not a frame        -        there are none           end
/// </code>
/// A frame proves a sync up to an offset if its commit began behind it, or if it is in a later segment: commits follow each other only after a sync.
/// </summary>
internal static class RecoveryTable
{
    public static RecoveryVerdict Decide(FrameState state, bool follows, LaterFrames later) => (state, follows, later) switch
    {
        (FrameState.Valid, true, _) => RecoveryVerdict.Accept,
        (_, _, LaterFrames.ProveSync) => RecoveryVerdict.Corrupt,
        (FrameState.NotAFrame, _, LaterFrames.None) => RecoveryVerdict.End,
        _ => RecoveryVerdict.Torn,
    };
}

/// <summary>What the frames behind an offset say about it.</summary>
internal enum LaterFrames
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>There are some, and none of them proves that the bytes at the offset were synced.</summary>
    OfTheSameCommit,

    /// <summary>One of them was written after a sync of the bytes at the offset.</summary>
    ProveSync,
}

/// <summary>What recovery does at an offset.</summary>
internal enum RecoveryVerdict
{
    /// <summary>The frame counts; go on behind it.</summary>
    Accept,

    /// <summary>The log ends here.</summary>
    End,

    /// <summary>The log ends here; what follows was never acknowledged and is erased.</summary>
    Torn,

    /// <summary>Acknowledged bytes are damaged: report, change nothing.</summary>
    Corrupt,
}
