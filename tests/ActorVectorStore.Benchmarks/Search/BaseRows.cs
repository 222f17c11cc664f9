using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>The base vectors of a set in rows of whole cache lines, zeros behind each. Immutable; any thread.</summary>
internal sealed unsafe class BaseRows : IVectorRows, IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly int _stride;

    public BaseRows(VectorTable table)
    {
        (Count, Dimension) = (table.Count, table.Dimension);
        const int LineFloats = AlignedMemory.Alignment / sizeof(float);
        _stride = (Dimension + LineFloats - 1) / LineFloats * LineFloats;
        _memory = new AlignedMemory((long)Count * _stride * sizeof(float));
        for (var row = 0; row < Count; row++)
            table.Row(row).CopyTo(new Span<float>(RowAt(row), Dimension));
    }

    public int Count { get; }

    public int Dimension { get; }

    public RowTable Table => new(_memory.Start, Count, _stride * sizeof(float), _stride, RowElement.Float32);

    public void Read(int row, Span<float> target) => new ReadOnlySpan<float>(RowAt(row), Dimension).CopyTo(target);

    /// <summary>Some of the rows, as if they were all.</summary>
    public IVectorRows Part(int first, int count) => new Range(this, first, count);

    public void Dispose() => _memory.Dispose();

    private float* RowAt(int row) => (float*)_memory.Start + ((nint)row * _stride);

    private sealed class Range(BaseRows rows, int first, int count) : IVectorRows
    {
        public int Count => count;

        public int Dimension => rows.Dimension;

        public void Read(int row, Span<float> target) => rows.Read(first + row, target);
    }
}
