using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// The vectors of one dense column in a chunk, as floats that its type can hold. The writer sets a slot before its row is published; after that it does not change.
/// </summary>
internal sealed class DenseRows
{
    private const int BitsPerWord = 64;

    // This object and the headers of its arrays: much, where a chunk has one row and the vector is short.
    private const int ObjectBytes = 128;

    private readonly VectorSchema _schema;
    private readonly int _stride;
    private readonly float[] _vectors;
    private readonly int _firstFloat;
    private readonly float[] _inverseNorms;
    private readonly ulong[] _present;

    public DenseRows(VectorSchema schema, int rows)
    {
        _schema = schema;
        _stride = RowLayout.StrideOf(schema.Dimension);
        _inverseNorms = schema.Distance == Distance.Cosine ? new float[rows] : [];
        _present = new ulong[(rows + BitsPerWord - 1) / BitsPerWord];

        // Pinned memory does not move, so the first aligned float stays aligned; the collector frees it when no segment and no view is left.
        _vectors = GC.AllocateArray<float>((rows * _stride) + (RowLayout.AlignmentBytes / sizeof(float)), pinned: true);
        _firstFloat = FirstAlignedFloat(_vectors);
    }

    /// <summary>Memory that it takes.</summary>
    public long AllocatedBytes => ObjectBytes + ((long)_vectors.Length * sizeof(float)) + (_inverseNorms.Length * sizeof(float)) + (_present.Length * sizeof(ulong));

    /// <summary>Whether the row in this slot has a vector.</summary>
    public bool Has(int slot) => (Volatile.Read(ref _present[slot / BitsPerWord]) & (1UL << (slot % BitsPerWord))) != 0;

    /// <summary>The vector without its padding.</summary>
    public ReadOnlySpan<float> Vector(int slot) => _vectors.AsSpan(_firstFloat + (slot * _stride), _schema.Dimension);

    /// <summary>Consecutive vectors.</summary>
    public VectorBlock Block(int slot, int count) => new(
        _vectors.AsSpan(_firstFloat + (slot * _stride), count * _stride), _stride, _inverseNorms.Length == 0 ? default : _inverseNorms.AsSpan(slot, count));

    /// <summary>Writer only, before the row is published.</summary>
    public void Set(int slot, ReadOnlySpan<float> vector)
    {
        var target = _vectors.AsSpan(_firstFloat + (slot * _stride), _schema.Dimension);
        vector.CopyTo(target);
        VectorElements.Round(_schema.Elements, target);
        if (_inverseNorms.Length > 0)
            _inverseNorms[slot] = CosineScoring.InverseNormOf(target);
        _present[slot / BitsPerWord] |= 1UL << (slot % BitsPerWord);
    }

    /// <summary>Forgets what a row that was not published had here. Writer only.</summary>
    public void Clear(int slot) => _present[slot / BitsPerWord] &= ~(1UL << (slot % BitsPerWord));

    private static int FirstAlignedFloat(float[] pinned)
    {
        var misalignment = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0) % RowLayout.AlignmentBytes);
        return misalignment == 0 ? 0 : (RowLayout.AlignmentBytes - misalignment) / sizeof(float);
    }
}
