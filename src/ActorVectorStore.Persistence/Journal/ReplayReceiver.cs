using Akka.Actor;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Who receives a replay: the persistent actor, behind the framework's replay filter if that is on. The framework has no flow control here, but
/// <see cref="Identify"/> is answered by an actor's cell in its turn among the messages, so that an answer says that all before it are worked off.
/// </summary>
internal sealed class ReplayReceiver(IActorRef persistentActor)
{
    // A receiver that is busy for longer than this has the framework's own recovery-event-timeout to fear, which is as long.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private volatile IActorRef? _filter;

    public IActorRef PersistentActor { get; } = persistentActor;

    /// <summary>Set by the journal actor once the base class has made the filter; until then it is left out.</summary>
    public IActorRef? Filter
    {
        set => _filter = value;
    }

    /// <summary>Completes when the receivers have worked off everything sent before. Throws if one has stopped or does not answer in 30 seconds.</summary>
    public async Task CaughtUpAsync()
    {
        if (_filter is { } filter)
        {
            await AnswerOf(filter).ConfigureAwait(false);
        }

        await AnswerOf(PersistentActor).ConfigureAwait(false);
    }

    private static async Task AnswerOf(IActorRef actor)
    {
        var identity = await actor.Ask<ActorIdentity>(new Identify(actor.Path), AnswerTimeout).ConfigureAwait(false);
        if (identity.Subject is null)
        {
            throw new OperationCanceledException($"The replay ended early because {actor.Path} has stopped.");
        }
    }
}
