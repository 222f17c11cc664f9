namespace ActorVectorStore.Index;

/// <summary>What one walk at a time needs: its pool, its marks, the neighbours at hand, and a prepared query. Kept for the next walk. One thread at a time.</summary>
internal unsafe sealed class WalkScratch : IDisposable
{
    /// <summary>Neighbours at hand at most: two lists of the largest degree.</summary>
    public const int NeighborsMax = 2 * 2 * GraphOptions.MMax;

    private readonly AlignedMemory _neighbors = new(NeighborsMax * sizeof(uint));
    private AlignedMemory _query = new(0);
    private AlignedMemory _other = new(0);
    private float[] _vector = [];

    public CandidatePool Pool { get; } = new();

    /// <summary>Results of a walk whose candidates are not all results.</summary>
    public CandidatePool Results { get; } = new();

    public VisitedMarks Visited { get; } = new();

    /// <summary>Codes that the last walk has compared.</summary>
    public int Distances { get; set; }

    /// <summary>Nodes that the last walk has expanded.</summary>
    public int Expanded { get; set; }

    public uint* Neighbors => (uint*)_neighbors.Start;

    /// <summary>Room for a prepared query of so many bytes.</summary>
    public byte* Query(int bytes) => RoomOf(ref _query, bytes);

    /// <summary>Room for a second prepared query.</summary>
    public byte* OtherQuery(int bytes) => RoomOf(ref _other, bytes);

    /// <summary>Room for a vector.</summary>
    public Span<float> Vector(int dimension)
    {
        if (_vector.Length < dimension)
            _vector = new float[dimension];
        return _vector.AsSpan(0, dimension);
    }

    public void Dispose()
    {
        Pool.Dispose();
        Results.Dispose();
        Visited.Dispose();
        _neighbors.Dispose();
        _query.Dispose();
        _other.Dispose();
    }

    private static byte* RoomOf(ref AlignedMemory memory, int bytes)
    {
        if (memory.ByteCount < bytes)
        {
            memory.Dispose();
            memory = new AlignedMemory(bytes);
        }

        return memory.Start;
    }
}
