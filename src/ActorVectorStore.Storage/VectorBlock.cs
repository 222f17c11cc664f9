namespace ActorVectorStore.Storage;

/// <summary>Vectors of consecutive rows as they lie in memory: <see cref="Count"/> x <paramref name="stride"/> floats, row-major, zeros behind each vector.</summary>
/// <param name="vectors">The floats.</param>
/// <param name="stride">Floats from one vector to the next.</param>
/// <param name="inverseNorms">What <see cref="CosineScoring"/> multiplies with, one for each row; none where they are not kept.</param>
internal readonly ref struct VectorBlock(ReadOnlySpan<float> vectors, int stride, ReadOnlySpan<float> inverseNorms)
{
    private readonly ReadOnlySpan<float> _vectors = vectors;
    private readonly ReadOnlySpan<float> _inverseNorms = inverseNorms;

    /// <summary>Rows.</summary>
    public int Count { get; } = vectors.Length / stride;

    /// <summary>Vectors that lie one behind the other without padding: themselves where they need none, otherwise copies.</summary>
    /// <param name="components">Count x dimension, row-major.</param>
    /// <param name="dimension">Floats of a vector.</param>
    /// <param name="scratch">Memory for copies; made longer where it is too short.</param>
    public static VectorBlock Of(ReadOnlySpan<float> components, int dimension, ref float[]? scratch)
    {
        var stride = RowLayout.StrideOf(dimension);
        if (stride == dimension)
            return new VectorBlock(components, stride, default);
        var count = components.Length / dimension;
        var length = checked(count * stride);
        if (scratch is null || scratch.Length < length)
            scratch = GC.AllocateUninitializedArray<float>(length);
        var target = scratch.AsSpan(0, length);
        for (var i = 0; i < count; i++)
        {
            components.Slice(i * dimension, dimension).CopyTo(target[(i * stride)..]);
            target[((i * stride) + dimension)..((i + 1) * stride)].Clear();
        }

        return new VectorBlock(target, stride, default);
    }

    /// <summary>A vector with its padding. Starts at a multiple of 64 bytes where it lies in a segment, and anywhere where it was decoded: nothing may rely on it.</summary>
    public ReadOnlySpan<float> Vector(int slot) => _vectors.Slice(slot * stride, stride);

    /// <summary>One over the vector's length; computed where it is not kept.</summary>
    public float InverseNorm(int slot) => _inverseNorms.IsEmpty ? CosineScoring.InverseNormOf(Vector(slot)) : _inverseNorms[slot];
}
