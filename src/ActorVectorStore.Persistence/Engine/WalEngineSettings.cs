using ActorVectorStore.Wal;
using Akka.Configuration;

namespace ActorVectorStore.Persistence;

/// <summary>The settings of one engine section, validated.</summary>
/// <param name="Directory">Full path of the log's directory.</param>
/// <param name="Log">Options of the log.</param>
/// <param name="SnapshotCompressionBytesMin">Snapshots of at least this size are compressed; 0 for none.</param>
internal sealed record WalEngineSettings(string Directory, WalOptions Log, int SnapshotCompressionBytesMin)
{
    public static WalEngineSettings Read(Config section, string path)
    {
        var directory = section.GetString("directory", string.Empty);
        if (string.IsNullOrWhiteSpace(directory))
        {
            throw new ConfigurationException($"{path}.directory must name a directory; found nothing.");
        }

        var log = new WalOptions
        {
            SegmentBytes = section.Bytes(path, "segment-bytes", 64 << 10, 1 << 30),
            CommitBytesMax = section.Bytes(path, "commit-bytes-max", 4 << 10, 1 << 30),
            QueueBytesMax = section.Bytes(path, "queue-bytes-max", 64 << 10, int.MaxValue),
            GatherMicrosecondsMax = section.Number(path, "gather-microseconds-max", 0, 10_000),
            RewriteLivePercentMax = section.Number(path, "rewrite-live-percent-max", 0, 90),
        };
        return new WalEngineSettings(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)),
            log,
            section.Bytes(path, "snapshot-compression-bytes-min", 0, int.MaxValue));
    }
}
