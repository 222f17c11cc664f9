using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>A fresh directory per test, and actor systems on it that can be ended and started again.</summary>
public abstract class PersistenceTest : IAsyncLifetime
{
    private readonly List<(TestKit Kit, WalPersistence Persistence)> _systems = [];

    protected string DataDirectory { get; } = Path.Combine(Path.GetTempPath(), "avs-persistence-" + Guid.NewGuid().ToString("N"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var system in _systems.ToArray())
        {
            await EndAsync(system.Kit);
        }

        if (Directory.Exists(DataDirectory))
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }

    protected TestKit Start(string settings = "", IFileSystem? fileSystem = null) => StartMutated(settings, fileSystem, PersistenceMutations.None);

    private protected TestKit StartMutated(string settings, IFileSystem? fileSystem, PersistenceMutations mutations)
    {
        var configuration = ConfigurationFactory.ParseString(settings)
            .WithFallback(ConfigurationFactory.ParseString(
                $$"""
                akka.loglevel = OFF
                akka.stdout-loglevel = OFF
                akka.log-dead-letters = off
                akka.test.default-timeout = 30s
                akka.test.single-expect-default = 30s
                akka.persistence.journal.plugin = "akka.persistence.journal.wal"
                akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.wal"
                akka.persistence.publish-plugin-commands = on
                akka.persistence.wal.directory = "{{DataDirectory}}"
                akka.actor.serializers.test = "{{typeof(TestEventSerializer).FullName}}, {{typeof(TestEventSerializer).Assembly.GetName().Name}}"
                akka.actor.serialization-bindings."{{typeof(TestEvent).FullName}}, {{typeof(TestEvent).Assembly.GetName().Name}}" = test
                """))
            .WithFallback(WalPersistence.DefaultConfiguration());
        ActorSystemSetup setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(configuration));
        setup = setup.And(new WalPersistenceSetup(fileSystem ?? PhysicalFileSystem.Instance) { Mutations = mutations });
        var kit = new TestKit(setup, "test");
        _systems.Add((kit, WalPersistence.Get(kit.Sys)));
        return kit;
    }

    /// <summary>Terminates the system and waits until its directory is free.</summary>
    protected async Task EndAsync(TestKit kit)
    {
        var (_, persistence) = _systems.Single(system => system.Kit == kit);
        _systems.RemoveAll(system => system.Kit == kit);
        await kit.Sys.Terminate();
        await persistence.Closed;
    }

    protected static JournalClient JournalOf(TestKit kit, string path = WalPersistence.JournalPath) =>
        new(kit, Akka.Persistence.Persistence.Instance.Apply(kit.Sys).JournalFor(path));

    protected static SnapshotClient SnapshotsOf(TestKit kit, string path = WalPersistence.SnapshotStorePath) =>
        new(kit, Akka.Persistence.Persistence.Instance.Apply(kit.Sys).SnapshotStoreFor(path));
}
