using Akka.Actor;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Who receives a replay: the persistent actor, behind the framework's replay filter if that is on. The framework has no flow control here, but
/// <see cref="Identify"/> is answered by an actor's cell in its turn among the messages, so that an answer says that all before it are worked off.
/// </summary>
/// <param name="persistentActor">The last receiver.</param>
/// <param name="answerTimeout">How long an answer is awaited before the replay goes on without it.</param>
internal sealed class ReplayReceiver(IActorRef persistentActor, TimeSpan answerTimeout)
{
    /// <summary>As long as the framework's own patience with a recovery.</summary>
    public static readonly TimeSpan AnswerTimeoutDefault = TimeSpan.FromSeconds(30);

    private volatile IActorRef? _filter;

    /// <summary>Set by the journal actor once the base class has made the filter; until then it is left out.</summary>
    public IActorRef? Filter
    {
        set => _filter = value;
    }

    /// <summary>
    /// Completes when the receivers have worked off everything sent before, or have not done so for the time-out: a slow actor must not lose its
    /// recovery to flow control, and the node of a remote one may be gone. Throws if a receiver has stopped.
    /// </summary>
    public async Task CaughtUpAsync()
    {
        if (_filter is { } filter)
        {
            await AnswerOf(filter).ConfigureAwait(false);
        }

        await AnswerOf(persistentActor).ConfigureAwait(false);
    }

    private async Task AnswerOf(IActorRef actor)
    {
        ActorIdentity identity;
        try
        {
            identity = await actor.Ask<ActorIdentity>(new Identify(actor.Path), answerTimeout).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return;
        }

        if (identity.Subject is null)
        {
            throw new OperationCanceledException($"The replay ended early because {actor.Path} has stopped.");
        }
    }
}
