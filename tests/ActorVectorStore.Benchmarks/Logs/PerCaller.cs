namespace ActorVectorStore.Benchmarks.Logs;

/// <summary>One value for each caller, each on cache lines of its own.</summary>
internal sealed class PerCaller<T>(int callers)
    where T : unmanaged
{
    private const int Stride = 16;

    private readonly T[] _values = new T[(callers + 1) * Stride];

    public ref T this[int caller] => ref _values[(caller + 1) * Stride];
}
