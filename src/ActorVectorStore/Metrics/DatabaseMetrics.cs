using System.Diagnostics.Metrics;
using ActorVectorStore.Cluster;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Storage;
using ActorVectorStore.Wal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorVectorStore;

/// <summary>
/// The meter of one database, from its opening to its end. Databases of one process have meters of one name, told apart by the tag
/// <c>actorvectorstore.directory</c>. Instruments that measure what a database holds are there once it is open.
/// </summary>
internal sealed class DatabaseMetrics : IDisposable
{
    private readonly Meter _meter;

    /// <param name="directory">Full path of the database's directory.</param>
    /// <param name="disk">The file system that it is on.</param>
    /// <param name="loggers">Where log lines go; may be null.</param>
    public DatabaseMetrics(string directory, IFileSystem disk, ILoggerFactory? loggers)
    {
        _meter = new Meter(new MeterOptions(VectorDatabase.MeterName)
        {
            Version = typeof(DatabaseMetrics).Assembly.GetName().Version?.ToString(),
            Tags = [new(VectorDatabase.DirectoryTag, directory)],
        });
        Files = new FileMetrics(_meter);
        FileSystem = new MeteredFileSystem(disk, directory, Files);
        Shards = new ShardMetrics(_meter, loggers?.CreateLogger<VectorDatabase>() ?? NullLogger<VectorDatabase>.Instance);
        _meter.CreateObservableGauge(
            "actorvectorstore.write.amplification", WriteAmplification, "1", "Bytes written to files, those of backups left out, for each byte of the operations that were acknowledged.");
    }

    /// <summary>The file system, counted.</summary>
    public IFileSystem FileSystem { get; }

    /// <summary>What was counted of files.</summary>
    public FileMetrics Files { get; }

    /// <summary>To be told what happens in shards.</summary>
    public ShardMetrics Shards { get; }

    /// <summary>From now on there is something to hold. Once.</summary>
    public void Opened(CatalogDirectory directory, ShardDisk disk, Func<WalStatistics?> log) => _ = new StateMetrics(_meter, directory, disk, log);

    /// <summary>Ends all instruments: nothing is reported any more.</summary>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> WriteAmplification() =>
        Shards.AppliedBytes is var applied and > 0 ? [new Measurement<double>((double)Files.WrittenBytes / applied)] : [];
}
