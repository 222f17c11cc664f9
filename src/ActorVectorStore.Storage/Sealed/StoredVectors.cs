using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Vectors of one dimension, one behind the other, as a dense or a multi column keeps them. Spans are the mapped file: valid while the caller's lease
/// lives. Needs a lease; safe from any thread.
/// </summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged.</remarks>
internal sealed class StoredVectors(SealedColumn column, SealedSection vectors, SealedSection? lengths)
{
    /// <summary>Vectors.</summary>
    public long Count => vectors.Length / StrideBytes;

    /// <summary>Bytes from one vector to the next.</summary>
    public int StrideBytes { get; } = column.StrideBytes;

    /// <summary>Bytes of a vector without its padding.</summary>
    public int VectorBytes { get; } = column.Dimension * VectorElements.Bytes(column.Elements);

    /// <summary>Whether the elements are float32.</summary>
    public bool HasFloats => column.Elements == ElementType.Float32;

    /// <summary>A vector as it is stored, without its padding; begins at a multiple of 64 bytes of the file.</summary>
    public ReadOnlySpan<byte> Stored(long index) => vectors.Span(index * StrideBytes, VectorBytes);

    /// <summary>
    /// Vectors as they are stored: <paramref name="count"/> x <see cref="StrideBytes"/>, row-major, zeros behind each. Less than 2 GiB of them.
    /// </summary>
    public ReadOnlySpan<byte> StoredRun(long first, int count) => vectors.Span(first * StrideBytes, checked(count * StrideBytes));

    /// <summary>Has the disk fetch a vector, without waiting; see <see cref="SealedSection.WillNeed"/>.</summary>
    public void WillNeed(long index) => vectors.WillNeed(index * StrideBytes, VectorBytes);

    /// <summary>A vector without copying it.</summary>
    /// <exception cref="InvalidOperationException">The elements are not float32.</exception>
    public ReadOnlySpan<float> Floats(long index) => HasFloats
        ? MemoryMarshal.Cast<byte, float>(Stored(index))
        : throw new InvalidOperationException($"Column '{column.Name}' has {column.Elements} elements, not float32.");

    /// <summary>Writes a vector's components to <paramref name="target"/>, which has the column's dimension.</summary>
    public void Read(long index, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, column.Dimension);
        VectorElements.Decode(column.Elements, Stored(index), target);
    }

    /// <summary>The length that a vector had before it was normalised; null if the column does not keep lengths.</summary>
    public float? LengthOf(long index) =>
        lengths is null ? null : BinaryPrimitives.ReadSingleLittleEndian(lengths.Span(index * sizeof(float), sizeof(float)));
}
