using ActorVectorStore.Cluster;
using Microsoft.Extensions.Logging;

namespace ActorVectorStore;

/// <summary>The lines of the log. Ids never change their meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "{Kind} of {Shard} ended after {Milliseconds} ms: {ReadBytes} bytes read, {WrittenBytes} written.")]
    public static partial void UpkeepEnded(ILogger logger, UpkeepKind kind, string shard, double milliseconds, long readBytes, long writtenBytes);

    [LoggerMessage(2, LogLevel.Warning, "{Kind} of {Shard} failed. Nothing is lost by it; memory, log or disk grow, or the shard stays closed, until it succeeds.")]
    public static partial void UpkeepFailed(ILogger logger, UpkeepKind kind, string shard, Exception cause);

    [LoggerMessage(3, LogLevel.Warning, "Writes to {Shard} wait: rows come faster than they are written to files.")]
    public static partial void WritesStalled(ILogger logger, string shard);

    [LoggerMessage(4, LogLevel.Information, "Writes to {Shard} wait no longer; they did for {Milliseconds} ms.")]
    public static partial void WritesResumed(ILogger logger, string shard, double milliseconds);

    [LoggerMessage(5, LogLevel.Warning, "Derived section {Section} of {Shard} is damaged in {File} at {Offset}: expected {Expected}, found {Found}. Reads do without it, and it is rebuilt in the background.")]
    public static partial void DerivedSectionDamaged(ILogger logger, string section, string shard, string file, long offset, string expected, string found);

    [LoggerMessage(6, LogLevel.Information, "{Sections} damaged derived sections of {Shard} were rebuilt.")]
    public static partial void SectionsRebuilt(ILogger logger, int sections, string shard);

    [LoggerMessage(7, LogLevel.Error, "A block of section {Section} of {Shard} is damaged in {File} at {Offset}: expected {Expected}, found {Found}. The read that touched it has failed; take the file from a backup.")]
    public static partial void BlockDamaged(ILogger logger, string section, string shard, string file, long offset, string expected, string found);

    [LoggerMessage(8, LogLevel.Warning, "The head of a segment of {Shard} is damaged in {File} at {Offset}: expected {Expected}, found {Found}. It was opened by its end, and loses nothing.")]
    public static partial void HeadDamaged(ILogger logger, string shard, string file, long offset, string expected, string found);
}
