using ActorVectorStore.Model;

namespace ActorVectorStore.Cluster;

/// <summary>A write on its way through a shard. Completes once, with the log index at which it is durable and visible.</summary>
public sealed class ShardWrite(ShardOperation operation, long bytes)
{
    private readonly TaskCompletionSource<long> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is written.</summary>
    public ShardOperation Operation { get; } = operation;

    /// <summary>Bytes of its event.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The write's outcome.</summary>
    public Task<long> Completion => _completion.Task;

    internal void Complete(long index) => _completion.TrySetResult(index);

    internal void Fail(Exception cause) => _completion.TrySetException(cause);
}
