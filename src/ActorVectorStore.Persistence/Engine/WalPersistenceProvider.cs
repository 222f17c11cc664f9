using Akka.Actor;

namespace ActorVectorStore.Persistence;

/// <summary>Creates <see cref="WalPersistence"/>; can be named in <c>akka.extensions</c>.</summary>
public sealed class WalPersistenceProvider : ExtensionIdProvider<WalPersistence>
{
    /// <inheritdoc/>
    public override WalPersistence CreateExtension(ExtendedActorSystem system) => new(system);
}
