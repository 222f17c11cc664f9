using ActorVectorStore.Model;
using Akka.Actor;

namespace ActorVectorStore.Cluster;

/// <summary>
/// The way to an actor that may stop and come back: callers wait here for its next incarnation, and whatever is under way when one stops is failed.
/// So no caller waits for an answer that nobody will give. Any thread.
/// </summary>
/// <param name="owner">What it is the door of: its text is the name for errors, made when there is one. There are doors by the ten thousands that nobody ever uses.</param>
internal sealed class ActorDoor(object owner)
{
    private readonly HashSet<PendingRequest> _pending = [];
    private readonly Lock _transition = new();
    private TaskCompletionSource<IActorRef> _current = NewSource();
    private IActorRef? _actor;
    private Exception? _closed;

    /// <summary>The incarnation to send to, once there is one.</summary>
    /// <exception cref="Exception">Why there is none: the last one could not recover, or the door is closed.</exception>
    public async Task<Incarnation> IncarnationAsync(CancellationToken cancellation)
    {
        var source = Volatile.Read(ref _current);
        return new Incarnation(source, await source.Task.WaitAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>The actor that is there now, or null.</summary>
    public IActorRef? Current => Volatile.Read(ref _actor);

    /// <summary>Sends a request to the incarnation that its sender has got before. The request is settled whatever becomes of the actor.</summary>
    public void Send(Incarnation to, PendingRequest request)
    {
        request.OnSettling(Remove);
        using (_transition.EnterScope())
        {
            _pending.Add(request);
        }

        to.Actor.Tell(request, ActorRefs.NoSender);

        // An incarnation that stops changes the source first and then fails what is pending: either it saw the request there, or this sees the change.
        if (!ReferenceEquals(Volatile.Read(ref _current), to.Source))
        {
            request.Fail(_closed ?? Unavailable("it has stopped"));
        }
    }

    /// <summary>Completes when the requests that are under way now are settled.</summary>
    public async Task DrainAsync()
    {
        foreach (var request in PendingNow())
        {
            await ((Task)request.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether there will be no further incarnation.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) is not null;

    /// <summary>An incarnation has recovered. False if the door is closed and nobody will come.</summary>
    public bool Opened(IActorRef actor)
    {
        using var scope = _transition.EnterScope();
        if (_closed is not null)
        {
            return false;
        }

        Volatile.Write(ref _actor, actor);
        if (!_current.TrySetResult(actor))
        {
            var opened = NewSource();
            opened.SetResult(actor);
            Volatile.Write(ref _current, opened);
        }

        return true;
    }

    /// <summary>An incarnation could not recover, or the next one cannot do better yet: callers are told why, until one succeeds.</summary>
    public void Refuse(Exception cause)
    {
        using var scope = _transition.EnterScope();
        if (_closed is null)
        {
            Fault(cause);
        }
    }

    /// <summary>An incarnation has stopped. What is under way fails with the cause; new requests wait for the next incarnation.</summary>
    public void Stopped(Exception cause)
    {
        using (_transition.EnterScope())
        {
            Volatile.Write(ref _actor, null);
            if (_closed is null && _current.Task.IsCompletedSuccessfully)
            {
                Volatile.Write(ref _current, NewSource());
            }
        }

        FailPending(cause);
    }

    /// <summary>There will be no further incarnation: everything under way and everything that comes later fails with the cause.</summary>
    public void Close(Exception cause)
    {
        using (_transition.EnterScope())
        {
            if (_closed is not null)
            {
                return;
            }

            Volatile.Write(ref _closed, cause);
            Volatile.Write(ref _actor, null);
            Fault(cause);
        }

        FailPending(cause);
    }

    public StoreUnavailableException Unavailable(string reason, Exception? cause = null) =>
        new(owner.ToString()!, $"{reason}; whether the requests under way took effect is unknown", cause);

    private static TaskCompletionSource<IActorRef> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Fault(Exception cause)
    {
        var waitedFor = _current;
        var faulted = NewSource();
        faulted.SetException(cause);
        _ = faulted.Task.Exception;
        Volatile.Write(ref _current, faulted);
        waitedFor.TrySetException(cause);
        _ = waitedFor.Task.Exception;
    }

    private void FailPending(Exception cause)
    {
        foreach (var request in PendingNow())
        {
            request.Fail(cause);
        }
    }

    private void Remove(PendingRequest settled)
    {
        using var scope = _transition.EnterScope();
        _pending.Remove(settled);
    }

    private PendingRequest[] PendingNow()
    {
        using var scope = _transition.EnterScope();
        return [.. _pending];
    }

    /// <summary>One life of the actor.</summary>
    internal readonly record struct Incarnation(object Source, IActorRef Actor);
}
