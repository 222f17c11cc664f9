using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Opens the engine of a plugin actor without blocking it and without throwing in it: the result comes back as a message. Used on the actor's
/// thread.
/// </summary>
internal sealed class PluginOpening(ActorSystem system, IActorRef plugin, Config section, Func<string> enginePath)
{
    private static readonly TimeSpan RetryIntervalMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryIntervalDefault = TimeSpan.FromSeconds(3);

    /// <summary>Why the last attempt failed; null before that and after success.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Begins an attempt; <see cref="Opened"/> or <see cref="Failed"/> comes to the plugin.</summary>
    public void Begin() =>
        OpenAsync(WalPersistence.Get(system)).PipeTo(plugin, success: store => new Opened(store), failure: cause => new Failed(cause));

    /// <summary>Notes that the engine is open.</summary>
    public void Succeeded() => LastFailure = null;

    /// <summary>Notes and logs the failure; <see cref="Retry"/> comes to the plugin after <c>open-retry-interval</c>.</summary>
    public void RetryAfter(Failed failed)
    {
        LastFailure = failed.Cause;
        var interval = RetryInterval();
        system.Log.Error(failed.Cause, "{0} could not open its engine, refuses requests and tries again in {1}.", plugin.Path.Name, interval);
        system.Scheduler.ScheduleTellOnce(interval, plugin, Retry.Instance, ActorRefs.NoSender);
    }

    private async Task<WalStore> OpenAsync(WalPersistence persistence)
    {
        // Settings are read here so that a wrong one is a failure with an answer, not an exception in the actor's constructor.
        var store = await persistence.EngineFor(enginePath()).OpenAsync().ConfigureAwait(false);
        return store;
    }

    private TimeSpan RetryInterval()
    {
        try
        {
            return section.GetTimeSpan("open-retry-interval", RetryIntervalDefault) is var interval && interval >= RetryIntervalMin
                ? interval
                : RetryIntervalDefault;
        }
        catch (Exception)
        {
            return RetryIntervalDefault;
        }
    }

    internal sealed record Opened(WalStore Store) : INoSerializationVerificationNeeded;

    internal sealed record Failed(Exception Cause) : INoSerializationVerificationNeeded;

    internal sealed class Retry : INoSerializationVerificationNeeded
    {
        public static readonly Retry Instance = new();

        private Retry()
        {
        }
    }
}
