using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Query;

namespace ActorVectorStore.Persistence;

/// <summary>Creates <see cref="WalReadJournal"/> for the framework.</summary>
public sealed class WalReadJournalProvider : IReadJournalProvider
{
    private readonly ExtendedActorSystem _system;
    private readonly Config _config;

    /// <summary>Called by the framework with the query plugin's section.</summary>
    public WalReadJournalProvider(ExtendedActorSystem system, Config config)
    {
        _system = system;
        _config = config;
    }

    /// <inheritdoc/>
    public IReadJournal GetReadJournal() => new WalReadJournal(_system, _config);
}
