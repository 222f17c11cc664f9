using System.Text.Json.Serialization;
using ActorVectorStore.Benchmarks.Measurement;

namespace ActorVectorStore.Benchmarks.Children;

/// <summary>What a child process is asked to do. It answers with one line of JSON.</summary>
[JsonPolymorphic]
[JsonDerivedType(typeof(FillRequest), "fill")]
[JsonDerivedType(typeof(ReadRequest), "read")]
[JsonDerivedType(typeof(LoadRequest), "load")]
[JsonDerivedType(typeof(ChangeRequest), "change")]
[JsonDerivedType(typeof(SettleRequest), "settle")]
[JsonDerivedType(typeof(OpenRequest), "open")]
[JsonDerivedType(typeof(ServeRequest), "serve")]
[JsonDerivedType(typeof(BackupRequest), "backup")]
[JsonDerivedType(typeof(FillCollectionsRequest), "fill-collections")]
[JsonDerivedType(typeof(OpenCollectionsRequest), "open-collections")]
internal abstract record ChildRequest;

/// <summary>Fill a log, answer with a <see cref="FillReport"/>, and wait to be killed.</summary>
/// <param name="Log">Name in the catalogue.</param>
/// <param name="Directory">An empty directory.</param>
/// <param name="Records">Records to append before the checkpoint.</param>
/// <param name="Tail">Records to append after it; null for no checkpoint at all.</param>
/// <param name="RecordBytes">Bytes of each.</param>
internal sealed record FillRequest(string Log, string Directory, int Records, int? Tail, int RecordBytes) : ChildRequest;

/// <summary>What was acknowledged.</summary>
internal sealed record FillReport(RecordDigest Digest);

/// <summary>Open a log and read all of it; answer with a <see cref="ReadReport"/>.</summary>
/// <param name="Log">Name in the catalogue.</param>
/// <param name="Directory">Where the log is.</param>
/// <param name="IsCold">The file system's caches are dropped immediately before.</param>
/// <param name="WarmUpDirectory">An empty directory in which the code is run on a small log first; null to measure what a process pays that has just started.</param>
internal sealed record ReadRequest(string Log, string Directory, bool IsCold, string? WarmUpDirectory) : ChildRequest;

/// <summary>What opening and reading cost.</summary>
internal sealed record ReadReport
{
    public required RecordDigest Digest { get; init; }

    public required double OpenMilliseconds { get; init; }

    public required double ReadMilliseconds { get; init; }

    public required double CpuMilliseconds { get; init; }

    /// <summary>Bytes that opening read by the log's own account; null if it gives none.</summary>
    public required long? OpenBytesByItsOwnAccount { get; init; }

    /// <summary>Bytes passed by read calls while it opened.</summary>
    public required long OpenBytesRead { get; init; }

    /// <summary>Bytes that came from the device while it opened.</summary>
    public required long OpenBytesFetched { get; init; }
}
