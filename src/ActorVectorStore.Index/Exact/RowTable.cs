namespace ActorVectorStore.Index;

/// <summary>
/// Rows where they lie in memory: <see cref="Count"/> vectors, each <see cref="StrideBytes"/> behind the one before. It owns nothing; whoever passes it on keeps the memory where it is.
/// </summary>
/// <remarks>No alignment is needed; rows that start at multiples of 64 bytes are compared fastest.</remarks>
public readonly unsafe struct RowTable
{
    /// <summary>A table over memory.</summary>
    /// <param name="start">The first component of the first row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="strideBytes">Bytes from one row to the next.</param>
    /// <param name="dimension">Components compared. Where rows are padded with zeros it may be the padded number, up to a multiple of 16: costs are the same to the last bit, and come faster.</param>
    /// <param name="element">How components are written.</param>
    /// <param name="inverseLengths">
    /// One over the length of each row, for <see cref="Metric.Cosine"/> only: 0 for a row of length zero, NaN for one whose length is not in [1e-30, 1e30]. Null: lengths are computed for each
    /// comparison, which makes it several times slower.
    /// </param>
    public RowTable(byte* start, int count, nint strideBytes, int dimension, RowElement element, float* inverseLengths = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(strideBytes, dimension * BytesOf(element));
        Start = start;
        Count = count;
        StrideBytes = strideBytes;
        Dimension = dimension;
        Element = element;
        InverseLengths = inverseLengths;
    }

    /// <summary>The first component of the first row.</summary>
    public byte* Start { get; }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public nint StrideBytes { get; }

    /// <summary>Components compared.</summary>
    public int Dimension { get; }

    /// <summary>How components are written.</summary>
    public RowElement Element { get; }

    /// <summary>One over the length of each row, or null.</summary>
    public float* InverseLengths { get; }

    /// <summary>The first component of a row.</summary>
    public byte* Row(int row) => Start + (row * StrideBytes);

    private static int BytesOf(RowElement element) => element switch
    {
        RowElement.Float32 => Float32Element.Bytes,
        RowElement.BFloat16 => BFloat16Element.Bytes,
        RowElement.Float16 => Float16Element.Bytes,
        RowElement.UInt8 => UInt8Element.Bytes,
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, null),
    };
}
