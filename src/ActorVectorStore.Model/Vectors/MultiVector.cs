using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>Any number of vectors of one dimension, in an order that is kept.</summary>
public sealed class MultiVector : VectorValue
{
    /// <summary>Keeps the memory that it is given.</summary>
    /// <param name="components">Count x dimension, row-major, finite; none for no vector.</param>
    /// <param name="dimension">Components of each vector, at least 1.</param>
    /// <exception cref="InvalidRequestException">The components are not a multiple of the dimension.</exception>
    public MultiVector(ReadOnlyMemory<float> components, int dimension)
    {
        if (dimension is < 1 or > ModelLimits.DimensionMax)
            throw new InvalidRequestException("dimension", $"1 to {ModelLimits.DimensionMax}", dimension.ToString(CultureInfo.InvariantCulture));
        if (components.Length % dimension != 0)
            throw new InvalidRequestException("components", $"a multiple of {dimension}", components.Length.ToString(CultureInfo.InvariantCulture));
        (Components, Dimension) = (components, dimension);
    }

    /// <summary>Count x dimension, row-major.</summary>
    public ReadOnlyMemory<float> Components { get; }

    /// <summary>Components of each vector.</summary>
    public int Dimension { get; }

    /// <summary>Vectors.</summary>
    public int Count => Components.Length / Dimension;

    /// <inheritdoc />
    public override VectorKind Kind => VectorKind.Multi;

    /// <inheritdoc />
    public override long Bytes => (long)Components.Length * sizeof(float);

    /// <inheritdoc />
    public override bool Equals(VectorValue? other) => other is MultiVector vector
        && Dimension == vector.Dimension
        && MemoryMarshal.AsBytes(Components.Span).SequenceEqual(MemoryMarshal.AsBytes(vector.Components.Span));

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Components.Length, Dimension);

    /// <inheritdoc />
    public override string ToString() => $"[{Count} x {Dimension}]";
}
