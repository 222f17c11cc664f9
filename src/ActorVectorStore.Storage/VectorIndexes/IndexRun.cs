namespace ActorVectorStore.Storage;

/// <summary>How an index is built by whoever has it run.</summary>
/// <param name="Loop">Runs an action once for each number from 0 up to a count, on as many threads as it likes, and returns when all are done; what an action throws, it throws.</param>
/// <param name="Pace">Told after each piece how many bytes were written; may wait. Null: full speed.</param>
/// <param name="Progress">Told often how many vectors of how many are in the graph.</param>
/// <param name="CancellationToken">Looked at before each vector that is read, and as often as the loop calls.</param>
public sealed record IndexRun(Action<int, Action<int>> Loop, Action<int>? Pace = null, Action<int, int>? Progress = null, CancellationToken CancellationToken = default)
{
    /// <summary>A build of more vectors writes how far it is whenever so many more are in the graph, and a quarter more at least: after a crash it goes on from there.</summary>
    public int DraftVectors { get; init; } = 1 << 18;

    /// <summary>Called before each MiB of an index that is read, and before what follows; may wait, for the sake of those who search meanwhile. Null: nobody does.</summary>
    public Action? MakeWay { get; init; }

    /// <summary>On one thread, at full speed.</summary>
    public static IndexRun Alone { get; } = new(static (count, body) =>
    {
        for (var i = 0; i < count; i++)
            body(i);
    });
}
