using System.Collections.Concurrent;
using Reactive.Streams;

namespace ActorVectorStore.Persistence.Tests;

/// <summary>A subscriber whose demand a test controls and whose signals it takes one by one.</summary>
internal sealed class SubscriberProbe<T> : ISubscriber<T>
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    private readonly BlockingCollection<object?> _signals = [];
    private readonly TaskCompletionSource<ISubscription> _subscription = new();

    /// <summary>Completes when the stream runs.</summary>
    public Task Subscribed => _subscription.Task;

    public void Request(long count) => _subscription.Task.GetAwaiter().GetResult().Request(count);

    public void Cancel() => _subscription.Task.GetAwaiter().GetResult().Cancel();

    public T ExpectNext() => Assert.IsType<Next>(Take()).Element;

    public List<T> ExpectNextN(int count) => [.. Enumerable.Range(0, count).Select(_ => ExpectNext())];

    public void ExpectComplete() => Assert.IsType<Complete>(Take());

    public Exception ExpectError() => Assert.IsType<Error>(Take()).Cause;

    /// <summary>Nothing has arrived so far.</summary>
    public void ExpectSilence() => Assert.Empty(_signals);

    public void OnSubscribe(ISubscription subscription) => _subscription.SetResult(subscription);

    public void OnNext(T element) => _signals.Add(new Next(element));

    public void OnError(Exception cause) => _signals.Add(new Error(cause));

    public void OnComplete() => _signals.Add(new Complete());

    private object? Take() => _signals.TryTake(out var signal, Watchdog) ? signal : throw new TimeoutException("No signal came.");

    private sealed record Next(T Element);

    private sealed record Error(Exception Cause);

    private sealed record Complete;
}
