namespace ActorVectorStore.Index;

/// <summary>What comparing a block of queries with tiles of rows needs besides both. One thread; its owner disposes it.</summary>
internal sealed unsafe class TileScratch : IDisposable
{
    /// <summary>Queries that share a tile: enough that turning the rows is a small part of the work, few enough that their sums stay in the first cache.</summary>
    public const int QueriesMax = 64;

    /// <summary>Components of a tile, and terms added up in one register before they are added to what was before: it bounds the error of a sum, and keeps a tile and what it is made from in the first cache.</summary>
    public const int ComponentsMax = 128;

    /// <summary>Rows of the widest tile.</summary>
    public const int RowsMax = 32;

    private readonly AlignedMemory _memory;

    public TileScratch()
    {
        const int Singles = (ComponentsMax * RowsMax) + (QueriesMax * RowsMax) + (2 * RowsMax) + (2 * QueriesMax);
        _memory = new AlignedMemory((Singles * sizeof(float)) + (QueriesMax * sizeof(uint)) + (2 * RowsMax * sizeof(nint)));
        Tile = (float*)_memory.Start;
        Sums = Tile + (ComponentsMax * RowsMax);
        Lengths = Sums + (QueriesMax * RowsMax);
        Inverses = Lengths + RowsMax;
        Limits = Inverses + RowsMax;
        Margins = Limits + QueriesMax;
        Candidates = (uint*)(Margins + QueriesMax);
        Rows = (byte**)(Candidates + QueriesMax);
        NextRows = Rows + RowsMax;
    }

    /// <summary><see cref="ComponentsMax"/> components of each row.</summary>
    public float* Tile { get; }

    /// <summary>The sum of each query and each row, query by query.</summary>
    public float* Sums { get; }

    /// <summary>The squared length of each row, and then its length.</summary>
    public float* Lengths { get; }

    /// <summary>One over the length of each row.</summary>
    public float* Inverses { get; }

    /// <summary>For each query the sum that a row may have at most.</summary>
    public float* Limits { get; }

    /// <summary>For each query how far a sum may be off, for a row of length one.</summary>
    public float* Margins { get; }

    /// <summary>For each query a bit for each row that may be close enough.</summary>
    public uint* Candidates { get; }

    /// <summary>Where each row is read next.</summary>
    public byte** Rows { get; }

    /// <summary>The rows of the next tile.</summary>
    public byte** NextRows { get; }

    /// <summary>Clears the sums and the lengths.</summary>
    public void ClearSums(int queries, int rows)
    {
        new Span<float>(Sums, queries * rows).Clear();
        new Span<float>(Lengths, rows).Clear();
    }

    public void Dispose() => _memory.Dispose();
}
