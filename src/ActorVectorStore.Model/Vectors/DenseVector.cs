using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>One vector.</summary>
public sealed class DenseVector : VectorValue
{
    /// <summary>Keeps the memory that it is given.</summary>
    /// <param name="components">1 to <see cref="ModelLimits.DimensionMax"/>; finite.</param>
    /// <exception cref="InvalidRequestException">There are none, or too many.</exception>
    public DenseVector(ReadOnlyMemory<float> components)
    {
        if (components.Length is < 1 or > ModelLimits.DimensionMax)
            throw new InvalidRequestException("vector", $"1 to {ModelLimits.DimensionMax} components", components.Length.ToString(CultureInfo.InvariantCulture));
        Components = components;
    }

    /// <summary>The components.</summary>
    public ReadOnlyMemory<float> Components { get; }

    /// <inheritdoc />
    public override VectorKind Kind => VectorKind.Dense;

    /// <inheritdoc />
    public override long Bytes => (long)Components.Length * sizeof(float);

    /// <inheritdoc />
    public override bool Equals(VectorValue? other) => other is DenseVector vector
        && MemoryMarshal.AsBytes(Components.Span).SequenceEqual(MemoryMarshal.AsBytes(vector.Components.Span));

    /// <inheritdoc />
    public override int GetHashCode() => Components.Length;

    /// <inheritdoc />
    public override string ToString() => $"[{Components.Length}]";
}
