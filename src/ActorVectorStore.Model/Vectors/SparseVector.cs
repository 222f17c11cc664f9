using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>The components of a vector that are not 0, by their indices.</summary>
public sealed class SparseVector : VectorValue
{
    /// <summary>Keeps the memory that it is given, if the indices ascend; otherwise sorted copies.</summary>
    /// <param name="indices">Places of the components, each once, in any order.</param>
    /// <param name="values">Their values, finite; as many as indices.</param>
    /// <exception cref="InvalidRequestException">There is not one value for each index, or an index occurs twice.</exception>
    public SparseVector(ReadOnlyMemory<uint> indices, ReadOnlyMemory<float> values)
    {
        if (indices.Length != values.Length)
            throw new InvalidRequestException("values", $"{indices.Length}, one for each index", values.Length.ToString(CultureInfo.InvariantCulture));
        if (FirstNotAscending(indices.Span) >= 0)
        {
            var (sortedIndices, sortedValues) = (indices.ToArray(), values.ToArray());
            Array.Sort(sortedIndices, sortedValues);
            if (FirstNotAscending(sortedIndices) is var twice and >= 0)
                throw new InvalidRequestException("indices", "each index once", string.Create(CultureInfo.InvariantCulture, $"{sortedIndices[twice]} twice"));
            (indices, values) = (sortedIndices, sortedValues);
        }

        (Indices, Values) = (indices, values);
    }

    /// <summary>Places of the components, ascending.</summary>
    public ReadOnlyMemory<uint> Indices { get; }

    /// <summary>Their values.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <inheritdoc />
    public override VectorKind Kind => VectorKind.Sparse;

    /// <inheritdoc />
    public override long Bytes => (long)Indices.Length * (sizeof(uint) + sizeof(float));

    /// <inheritdoc />
    public override bool Equals(VectorValue? other) => other is SparseVector vector
        && Indices.Span.SequenceEqual(vector.Indices.Span)
        && MemoryMarshal.AsBytes(Values.Span).SequenceEqual(MemoryMarshal.AsBytes(vector.Values.Span));

    /// <inheritdoc />
    public override int GetHashCode() => Indices.Length;

    /// <inheritdoc />
    public override string ToString() => $"[{Indices.Length} entries]";

    /// <summary>Place of the first index that is not above the one before it; -1 if all are.</summary>
    public static int FirstNotAscending(ReadOnlySpan<uint> indices)
    {
        for (var i = 1; i < indices.Length; i++)
        {
            if (indices[i - 1] >= indices[i])
                return i;
        }

        return -1;
    }
}
