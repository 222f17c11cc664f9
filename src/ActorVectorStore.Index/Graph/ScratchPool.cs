using System.Collections.Concurrent;

namespace ActorVectorStore.Index;

/// <summary>Scratches that nobody uses at the moment. Safe from any thread; as many are made as are used at once.</summary>
internal sealed class ScratchPool : IDisposable
{
    private readonly ConcurrentBag<WalkScratch> _idle = [];

    public WalkScratch Rent() => _idle.TryTake(out var scratch) ? scratch : new WalkScratch();

    public void Return(WalkScratch scratch) => _idle.Add(scratch);

    public void Dispose()
    {
        while (_idle.TryTake(out var scratch))
            scratch.Dispose();
    }
}
