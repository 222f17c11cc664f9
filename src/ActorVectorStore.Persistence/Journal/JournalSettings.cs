using Akka.Configuration;

namespace ActorVectorStore.Persistence;

/// <summary>The journal's own settings, validated; see the reference configuration.</summary>
internal sealed record JournalSettings(
    string EnginePath,
    string? Serializer,
    int WriteBytesMax,
    int BatchBytesMax,
    int CompressionBytesMin,
    int ReplayBackpressure)
{
    public static JournalSettings Read(Config section, string path)
    {
        var merged = section.WithFallback(WalPersistence.DefaultConfiguration().GetConfig(WalPersistence.JournalPath));
        var serializer = merged.GetString("serializer", string.Empty);
        return new JournalSettings(
            merged.GetString("engine"),
            string.IsNullOrEmpty(serializer) ? null : serializer,
            merged.Bytes(path, "write-bytes-max", 1 << 10, 1000 << 20),
            merged.Bytes(path, "batch-bytes-max", 4 << 10, 64 << 20),
            merged.Bytes(path, "compression-bytes-min", 0, int.MaxValue),
            merged.Number(path, "replay-backpressure", 0, int.MaxValue));
    }
}
