using System.Collections.Concurrent;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Wal;
using Akka.Actor;
using Akka.Configuration;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The extension that owns the engines of an actor system: one per directory, opened when a plugin first needs it, shared by journals, snapshot
/// stores and read journals, and closed after all actors of the system have stopped. Restarts of plugin actors do not touch files.
/// </summary>
public sealed class WalPersistence : IExtension
{
    /// <summary>Path of the journal plugin.</summary>
    public const string JournalPath = "akka.persistence.journal.wal";

    /// <summary>Path of the snapshot store plugin.</summary>
    public const string SnapshotStorePath = "akka.persistence.snapshot-store.wal";

    /// <summary>Path of the default engine's section.</summary>
    public const string EnginePath = "akka.persistence.wal";

    private readonly ConcurrentDictionary<string, WalEngine> _engines = new(StringComparer.Ordinal);

    // Whoever asks for figures again and again does not have the configuration parsed each time.
    private readonly ConcurrentDictionary<string, WalEngine> _enginesByPath = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorSystem _system;
    private readonly IFileSystem _fileSystem;
    private readonly PersistenceMutations _mutations;

    internal WalPersistence(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(DefaultConfiguration());
        (_fileSystem, _mutations) = system.Settings.Setup.Get<WalPersistenceSetup>() is { HasValue: true, Value: var setup }
            ? (setup.FileSystem, setup.Mutations)
            : (PhysicalFileSystem.Instance, PersistenceMutations.None);
        system.RegisterOnTermination(() => _ = CloseAsync());
    }

    /// <summary>
    /// Completes when the system has terminated and its engines are closed, so that their directories may be opened again at once. Faulted when
    /// one of them could not be closed.
    /// </summary>
    public Task Closed => _closed.Task;

    /// <summary>The extension of a system; creates it, and adds the reference configuration as fallback, when it is asked for first.</summary>
    public static WalPersistence Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<WalPersistence, WalPersistenceProvider>();
    }

    /// <summary>The reference configuration: engine, journal, snapshot store and read journal. Add it as fallback of the system's configuration.</summary>
    public static Config DefaultConfiguration() =>
        ConfigurationFactory.FromResource("ActorVectorStore.Persistence.reference.conf", typeof(WalPersistence).Assembly);

    /// <summary>The reference configuration of the journal's section.</summary>
    public static Config DefaultJournalConfiguration() => DefaultConfiguration().GetConfig(JournalPath);

    /// <summary>The reference configuration of the snapshot store's section.</summary>
    public static Config DefaultSnapshotConfiguration() => DefaultConfiguration().GetConfig(SnapshotStorePath);

    /// <summary>The reference configuration of the read journal's section.</summary>
    public static Config DefaultQueryConfiguration() => DefaultConfiguration().GetConfig(WalReadJournal.Identifier);

    /// <summary>
    /// Opens an engine now instead of at the first request of a plugin, so that a directory which cannot be opened is told at once and as it is.
    /// Returns what the opening found.
    /// </summary>
    /// <exception cref="ConfigurationException">The section is missing or wrong.</exception>
    /// <exception cref="DirectoryLockedException">Another process has the directory.</exception>
    /// <exception cref="CorruptionException">Something that was durable is damaged or missing.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote the directory.</exception>
    public async Task<RecoveryReport> OpenAsync(string enginePath = EnginePath)
    {
        var store = await EngineFor(enginePath).OpenAsync().ConfigureAwait(false);
        return store.Log.Recovery;
    }

    /// <summary>Counters of an engine's log; null while it is not open.</summary>
    public WalStatistics? StatisticsOf(string enginePath = EnginePath) => _enginesByPath.GetOrAdd(enginePath, EngineFor).Opened?.Log.Statistics;

    /// <summary>The engine of the section at <paramref name="enginePath"/>.</summary>
    /// <exception cref="ConfigurationException">The section is missing or wrong, or contradicts another one on the same directory.</exception>
    internal WalEngine EngineFor(string enginePath)
    {
        var configuration = _system.Settings.Config;
        if (!configuration.HasPath(enginePath))
        {
            throw new ConfigurationException($"Expected an engine section at '{enginePath}', as in the reference configuration; found none.");
        }

        var section = configuration.GetConfig(enginePath).WithFallback(DefaultConfiguration().GetConfig(EnginePath));
        var settings = WalEngineSettings.Read(section, enginePath);
        var engine = _engines.GetOrAdd(settings.Directory, _ => new WalEngine(_fileSystem, settings, _mutations));
        if (engine.Settings != settings)
        {
            throw new ConfigurationException(
                $"'{enginePath}' names {settings.Directory}, which is in use with other settings; expected {engine.Settings}, found {settings}.");
        }

        return engine;
    }

    private async Task CloseAsync()
    {
        // All of them, whatever becomes of the others: each holds the lock of its directory.
        var closing = Task.WhenAll(_engines.Values.Select(engine => engine.CloseAsync()));
        await ((Task)closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (closing.Exception is { } failures)
        {
            _closed.SetException(failures.InnerExceptions);
        }
        else
        {
            _closed.SetResult();
        }
    }
}
