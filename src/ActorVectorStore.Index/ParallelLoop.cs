namespace ActorVectorStore.Index;

/// <summary>
/// Runs <paramref name="body"/> once for each number in <c>[0, count)</c>, on as many threads as its owner likes, and returns when all are done. Results depend neither on
/// the threads nor on the order. This room starts no threads itself.
/// </summary>
public delegate void ParallelLoop(int count, Action<int> body);
