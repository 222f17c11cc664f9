using System.Collections;
using System.Collections.Immutable;

namespace ActorVectorStore.Model;

/// <summary>Vectors by name, in the ordinal order of their names. Immutable; equal to another that has the same.</summary>
public sealed class NamedVectors : IReadOnlyList<NamedVector>, IEquatable<NamedVectors>
{
    private readonly ImmutableArray<NamedVector> _vectors;

    /// <summary>Copies the list; the vectors' memory must not change afterwards.</summary>
    /// <param name="vectors">In any order; at most <see cref="ModelLimits.VectorsMax"/>.</param>
    /// <exception cref="InvalidRequestException">There are too many, a name occurs twice, or the one without name is not dense.</exception>
    public NamedVectors(IEnumerable<NamedVector> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        _vectors = [.. vectors.OrderBy(vector => vector.Name, StringComparer.Ordinal)];
        if (_vectors.Length > ModelLimits.VectorsMax)
            throw new InvalidRequestException("vectors", $"at most {ModelLimits.VectorsMax}", $"{_vectors.Length}");
        if (_vectors.Any(vector => vector.Name is null || vector.Value is null))
            throw new InvalidRequestException("vectors", "a name and a vector", "null");
        for (var i = 1; i < _vectors.Length; i++)
        {
            if (_vectors[i - 1].Name == _vectors[i].Name)
                throw new InvalidRequestException("vectors", "each name once", $"{Quotation.Of(_vectors[i].Name)} twice");
        }

        if (Find("") is { } unnamed && unnamed is not DenseVector)
            throw new InvalidRequestException("vectors", "a dense vector as the one without name", $"one that is {unnamed.Kind}");
    }

    /// <summary>No vectors.</summary>
    public static NamedVectors Empty { get; } = new([]);

    /// <inheritdoc />
    public int Count => _vectors.Length;

    /// <inheritdoc />
    public NamedVector this[int index] => _vectors[index];

    /// <summary>The vector of a name, or null.</summary>
    public VectorValue? Find(string name)
    {
        foreach (var vector in _vectors)
        {
            if (vector.Name == name)
                return vector.Value;
        }

        return null;
    }

    /// <inheritdoc />
    public bool Equals(NamedVectors? other) => other is not null && _vectors.AsSpan().SequenceEqual(other._vectors.AsSpan(), EqualityComparer<NamedVector>.Default);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as NamedVectors);

    /// <inheritdoc />
    public override int GetHashCode() => _vectors.Length == 0 ? 0 : HashCode.Combine(_vectors.Length, _vectors[0]);

    /// <summary>Goes through the vectors, without allocating.</summary>
    public ImmutableArray<NamedVector>.Enumerator GetEnumerator() => _vectors.GetEnumerator();

    IEnumerator<NamedVector> IEnumerable<NamedVector>.GetEnumerator() => ((IEnumerable<NamedVector>)_vectors).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_vectors).GetEnumerator();

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", _vectors.Select(vector => $"{vector.Name}: {vector.Value}"));

    /// <summary>The same without the vector that has no name.</summary>
    internal NamedVectors WithoutUnnamed() => _vectors is [{ Name: "" }, ..] ? new NamedVectors(_vectors.Skip(1)) : this;
}
