using System.Threading.Tasks.Sources;

namespace ActorVectorStore.Benchmarks.Logs;

/// <summary>
/// The one outstanding append of a caller. It is used again and again, so that waiting allocates nothing: either the caller blocks in
/// <see cref="Wait"/>, or it awaits the value task of <see cref="AsValueTask"/>.
/// </summary>
internal sealed class PendingAppend : IValueTaskSource, IDisposable
{
    private readonly ManualResetEventSlim _completed = new();
    private ManualResetValueTaskSourceCore<bool> _source;
    private Exception? _failure;

    public int Caller { get; private set; }

    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>XXH3 of the payload, computed on the caller's thread; 0 for logs that do not use it.</summary>
    public ulong PayloadHash { get; private set; }

    /// <summary>Whether the caller blocks, rather than awaits.</summary>
    public bool IsBlocking { get; private set; }

    public void Begin(int caller, ReadOnlyMemory<byte> payload, ulong payloadHash, bool blocking)
    {
        Caller = caller;
        Payload = payload;
        PayloadHash = payloadHash;
        IsBlocking = blocking;
        _failure = null;
        if (blocking)
        {
            _completed.Reset();
        }
        else
        {
            _source.Reset();
        }
    }

    public ValueTask AsValueTask() => new(this, _source.Version);

    public void Wait()
    {
        _completed.Wait();
        if (_failure is { } failure)
        {
            throw new IOException("The commit failed.", failure);
        }
    }

    /// <summary>Lets the caller go on. An awaiting caller goes on inside this call, on this thread.</summary>
    public void Complete(Exception? failure)
    {
        if (IsBlocking)
        {
            _failure = failure;
            _completed.Set();
        }
        else if (failure is null)
        {
            _source.SetResult(true);
        }
        else
        {
            _source.SetException(failure);
        }
    }

    public void Dispose() => _completed.Dispose();

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
