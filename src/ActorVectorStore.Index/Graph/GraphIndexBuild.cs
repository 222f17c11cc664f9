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

    private CodeTable Codes => new((nint)_codes.Start, Codec.CodeBytes, Count);

    /// <summary>Does a part of the work, fractions of a second as a rule; false if nothing was left to do.</summary>
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

    /// <summary>The finished index, renumbered so that neighbours lie near one another. All work must be done.</summary>
    public GraphImage Complete()
    {
        if (_stage != Stage.Done)
            throw new InvalidOperationException($"{Count - Inserted} of {Count} vectors are not in the graph yet.");
        var entries = _graph.Complete(NodeOrder.Entries(_keptCount, _nodeCount));
        var order = BreadthFirstOrder.Of(_graph.Links, entries, out _);
        return new GraphImage(Codec, Kind, Codes, _graph.Links, order, _vectors, entries.Count, _graph.MeasureFreshShare());
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _graph.Dispose();
        _codes.Dispose();
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
