using ActorVectorStore.Benchmarks.Logs;
using Akka.Actor;

namespace ActorVectorStore.Benchmarks.Journals;

/// <summary>A journal plugin in one configuration: a row of the table.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Role">Which side of a ratio it is on.</param>
/// <param name="AckMeans">What has happened when a persist handler runs.</param>
/// <param name="Configuration">HOCON that makes it the default journal, writing to a directory.</param>
internal sealed record JournalSystem(string Name, LogRole Role, string AckMeans, Func<string, string> Configuration)
{
    /// <summary>Whether events live only as long as the actor system, so that they must be replayed in the one that wrote them.</summary>
    public bool IsInMemory { get; init; }

    /// <summary>What must be done in the directory before the first actor system starts.</summary>
    public Action<string> Prepare { get; init; } = _ => { };

    /// <summary>Ends an actor system and waits until nothing of the directory is open any more.</summary>
    public Func<ActorSystem, Task> Terminate { get; init; } = system => system.Terminate();
}
