namespace ActorVectorStore.Testing;

/// <summary>
/// The power of a <see cref="SimulatedFileSystem"/> went off at the planned operation. On purpose not an <see cref="IOException"/>: production
/// code that handles I/O errors must not take the end of its own process for one and go on.
/// </summary>
public sealed class SimulatedCrashException : Exception
{
    public SimulatedCrashException(long operationNumber, CrashMoment moment)
        : base($"The power went off {(moment == CrashMoment.Before ? "before" : "after")} operation {operationNumber}.")
    {
        OperationNumber = operationNumber;
        Moment = moment;
    }

    /// <summary>The operation at which the power went off, counted from 1.</summary>
    public long OperationNumber { get; }

    public CrashMoment Moment { get; }
}
