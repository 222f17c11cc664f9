namespace ActorVectorStore.Wal;

/// <summary>What recovery found.</summary>
/// <param name="Index">Everything that is in the log.</param>
/// <param name="Seal">What makes frames valid in it.</param>
/// <param name="Active">The segment to go on in, or null if the last one is sealed or there is none.</param>
/// <param name="End">Where the frames end.</param>
/// <param name="Chain">Checksum of the last frame.</param>
/// <param name="NextNumber">Number of the next segment.</param>
/// <param name="Spares">Paths of the files that can be made segments.</param>
internal sealed record RecoveredLog(
    LogIndex Index, FrameSeal Seal, Segment? Active, WalPosition End, ulong Chain, uint NextNumber, List<string> Spares)
{
    /// <summary>Segment files that hold nothing of the log: prepared and never used, or freed.</summary>
    public required IReadOnlyList<uint> UnusedNumbers { get; init; }

    /// <summary>The directory has an identity file.</summary>
    public required bool HasIdentity { get; init; }

    /// <summary>There are no frames, or the last one is a mark, behind which nothing is missing.</summary>
    public required bool EndIsProven { get; init; }

    public required RecoveryReport Report { get; init; }
}
