namespace ActorVectorStore.Index;

/// <summary>A graph that is built, whatever its codes are compared by.</summary>
internal abstract class GraphBuilder : IDisposable
{
    /// <summary>Nodes that were inserted.</summary>
    public int Inserted { get; protected set; }

    /// <summary>The neighbours, with the marks of <see cref="NeighborList"/>.</summary>
    public abstract GraphLinks Links { get; }

    /// <summary>What neighbours cost, in the places of <see cref="Links"/>.</summary>
    public abstract nint Costs { get; }

    /// <summary>An empty graph for codes of this metric.</summary>
    public static GraphBuilder Of(Metric metric, CodeTable codes, int entries, GraphOptions options) => metric switch
    {
        Metric.Dot => new KernelGraphBuilder<WholeCodes<CodeProducts>>(codes, entries, options),
        Metric.Manhattan => new KernelGraphBuilder<WholeCodes<CodeDifferences>>(codes, entries, options),
        _ => new KernelGraphBuilder<WholeCodes<CodeSquares>>(codes, entries, options),
    };

    /// <summary>Takes over the first nodes with the neighbours that they have in another graph; where some of those are gone, the neighbours of these may take their place.</summary>
    /// <param name="kept">Nodes of the other graph and of this one.</param>
    /// <param name="loop">Runs it.</param>
    public abstract void Adopt(NodeMap kept, ParallelLoop loop);

    /// <summary>Nodes up to this one were inserted by a builder whose memory was copied here.</summary>
    public void Restore(int inserted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)inserted, (uint)Links.Count);
        Inserted = inserted;
    }

    /// <summary>Inserts the next batch; false if all nodes are in.</summary>
    /// <param name="joined">Graphs that know neighbours of the nodes to come.</param>
    /// <param name="loop">Runs it.</param>
    public abstract bool InsertBatch(IReadOnlyList<NodeMap> joined, ParallelLoop loop);

    /// <summary>Makes all nodes reachable from these, once all are in. Returns these, and those for which that could not be done.</summary>
    public abstract IReadOnlyList<uint> Complete(IEnumerable<uint> wanted);

    /// <summary>Part of a neighbour list that a walk has not met before, on average.</summary>
    public abstract double MeasureFreshShare();

    public abstract void Dispose();
}
