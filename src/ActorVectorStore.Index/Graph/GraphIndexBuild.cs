namespace ActorVectorStore.Index;

/// <summary>
/// Builds an index in steps, each of which may run on several threads: the same bytes come out for any number of them, and on any machine. One thread owns the build. It holds, for each vector, its codes,
/// 8 bytes for each possible neighbour and about 20 more.
/// </summary>
public sealed unsafe class GraphIndexBuild : IDisposable
{
    private const int RowsPerStep = 1024;

    private readonly IVectorRows _rows;
    private readonly AlignedMemory _codes;
    private readonly GraphBuilder _graph;
    private readonly int[] _vectors;
    private readonly NodeMap? _kept;
    private readonly IReadOnlyList<NodeMap> _joined;
    private readonly int _keptCount;
    private readonly int _nodeCount;
    private Stage _stage;

    /// <summary>Begins an index.</summary>
    /// <param name="rows">The vectors; they stay as they are until the build is disposed.</param>
    /// <param name="metric">How they are compared.</param>
    /// <param name="options">How the graph is built.</param>
    /// <param name="kind">What rows are to have of the codes; all of them if that is too little for these vectors.</param>
    /// <param name="sources">Graphs of some of the vectors. One of them is kept, the others tell where their vectors belong.</param>
    public GraphIndexBuild(
        IVectorRows rows, Metric metric, GraphOptions options, CodeKind kind = CodeKind.SevenBits, params IReadOnlyList<GraphSource> sources)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sources);
        options.Check();
        (_rows, Options) = (rows, options);
        var isLeftOut = LeftOut(rows, metric);
        var linked = new LinkedRows(rows, [.. Enumerable.Range(0, rows.Count).Where(row => !isLeftOut[row])]);
        var kept = SourceToKeep.Among(sources, linked, metric, options);
        Codec = kept?.Parts.Codec ?? ScalarCodec.Train(metric, linked, options.Seed);
        IsSuitable = kept is not null || CodeFidelity.Suffices(linked, Codec, CodeKind.SevenBits);
        Kind = kind == CodeKind.FourBits && CodeFidelity.Suffices(linked, Codec, kind) ? kind : CodeKind.SevenBits;
        _vectors = NodeOrder.Of(isLeftOut, options.Seed, kept, out _keptCount, out _nodeCount);
        var nodes = NodeOrder.Inverse(_vectors);
        _kept = kept is null ? null : new NodeMap(kept, nodes, _nodeCount);
        _joined = [.. sources.Where(source => source != kept).Select(source => new NodeMap(source, nodes, _nodeCount))];
        _codes = new AlignedMemory((long)_nodeCount * Codec.CodeBytes);
        _graph = GraphBuilder.Of(metric, Codes, NodeOrder.EntriesOf(_keptCount > 0 ? _keptCount : _nodeCount), options);
    }

    /// <summary>Gives what is known of the next node.</summary>
    public delegate ReadOnlySpan<byte> NodeStateReader();

    private enum Stage
    {
        Encoding,
        Adopting,
        Inserting,
        Done,
    }

    /// <summary>How the graph is built.</summary>
    public GraphOptions Options { get; }

    /// <summary>How vectors become codes.</summary>
    public ScalarCodec Codec { get; }

    /// <summary>Whether codes keep the order of these vectors' distances: where they do not, an index would find little.</summary>
    public bool IsSuitable { get; }

    /// <summary>What rows have of the codes.</summary>
    public CodeKind Kind { get; }

    /// <summary>Vectors that the graph will have.</summary>
    public int Count => _nodeCount;

    /// <summary>Vectors that are in the graph.</summary>
    public int Inserted => _graph.Inserted;

    /// <summary>Bytes of what is known of each node that was inserted: its neighbours and their costs.</summary>
    public int NodeStateBytes => 2 * _graph.Links.Degree * sizeof(uint);

    /// <summary>Whether another build of the same vectors and options, without sources, may go on from here, between two steps.</summary>
    public bool CanBeResumed => _stage == Stage.Inserting && _kept is null && _joined.Count == 0;

    private CodeTable Codes => new((nint)_codes.Start, Codec.CodeBytes, Count);

    /// <summary>Does a part of the work; false if nothing was left to do. The first parts, which code all vectors and take over a kept graph, take as long as that; all others fractions of a second.</summary>
    public bool Advance(ParallelLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        switch (_stage)
        {
            case Stage.Encoding:
                loop((Count + RowsPerStep - 1) / RowsPerStep, Encode);
                _stage = _kept is null ? Stage.Inserting : Stage.Adopting;
                return true;
            case Stage.Adopting:
                _graph.Adopt(_kept!, loop);
                _stage = Stage.Inserting;
                return true;
            case Stage.Inserting when _graph.InsertBatch(_joined, loop):
                return true;
            default:
                _stage = Stage.Done;
                return false;
        }
    }

    /// <summary>Writes what is known of a node: <see cref="NodeStateBytes"/>.</summary>
    public void CopyState(int node, Span<byte> state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)node, (uint)Inserted);
        var half = NodeStateBytes / 2;
        new ReadOnlySpan<byte>(_graph.Links.List((uint)node), half).CopyTo(state);
        new ReadOnlySpan<byte>((byte*)_graph.Costs + ((nint)node * half), half).CopyTo(state[half..]);
    }

    /// <summary>Goes on from where another build was after a step: the same bytes come out. Before the first step; if it returns false the build is of no use any more.</summary>
    /// <param name="inserted">Nodes that were inserted.</param>
    /// <param name="read">Gives what <see cref="CopyState"/> wrote of each node, in their order.</param>
    /// <param name="loop">Runs the steps before.</param>
    public bool TryResume(int inserted, NodeStateReader read, ParallelLoop loop)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (_stage != Stage.Encoding || _kept is not null || _joined.Count > 0)
            throw new InvalidOperationException("A build can only go on from another one before its first step, and without sources.");
        if (inserted < 0 || inserted > Count || !Advance(loop))
            return false;
        var half = NodeStateBytes / 2;
        for (var node = 0u; node < inserted; node++)
        {
            var state = read();
            state[..half].CopyTo(new Span<byte>(_graph.Links.List(node), half));
            state[half..].CopyTo(new Span<byte>((byte*)_graph.Costs + ((nint)node * half), half));
            if (!IsListOf(node, inserted))
                return false;
        }

        _graph.Restore(inserted);
        return true;
    }

    /// <summary>The finished index, renumbered so that neighbours lie near one another. All work must be done.</summary>
    public GraphImage Complete()
    {
        if (_stage != Stage.Done)
            throw new InvalidOperationException($"{Count - Inserted} of {Count} vectors are not in the graph yet.");
        var entries = _graph.Complete(NodeOrder.Entries(_keptCount, _nodeCount));
        var order = BreadthFirstOrder.Of(_graph.Links, entries, out _);
        return new GraphImage(this, Codec, Kind, Codes, _graph.Links, order, _vectors, entries.Count, _graph.MeasureFreshShare());
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _graph.Dispose();
        _codes.Dispose();
    }

    // What lies behind the end of a list comes to light when the list grows.
    private bool IsListOf(uint node, int inserted)
    {
        var neighbors = _graph.Links.Of(node);
        foreach (var entry in neighbors)
        {
            if ((entry & NeighborList.NodeMask) >= inserted)
                return false;
        }

        return !new ReadOnlySpan<uint>(_graph.Links.List(node), _graph.Links.Degree)[neighbors.Length..].ContainsAnyExcept(GraphLinks.End);
    }

    private void Encode(int step)
    {
        var vector = new float[_rows.Dimension];
        for (var node = step * RowsPerStep; node < Math.Min(Count, (step + 1) * RowsPerStep); node++)
        {
            _rows.Read(_vectors[node], vector);
            Codec.Encode(vector, new Span<byte>(Codes.Row((uint)node), Codec.CodeBytes));
        }
    }

    // A vector of length zero has no direction: it would be closer to all others than most of these are to one another, and all would have it as their neighbour and nothing else.
    private static bool[] LeftOut(IVectorRows rows, Metric metric)
    {
        var isLeftOut = new bool[rows.Count];
        var vector = new float[rows.Dimension];
        for (var row = 0; metric == Metric.Cosine && row < rows.Count; row++)
        {
            rows.Read(row, vector);
            isLeftOut[row] = !vector.AsSpan().ContainsAnyExcept(0f);
        }

        return isLeftOut;
    }
}
