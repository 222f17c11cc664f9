using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>
/// One entry of a collection: an id, vectors and a payload. Two points are equal if their ids, the bits of their vectors and the bytes of their
/// payloads are.
/// </summary>
public sealed class Point : IEquatable<Point>
{
    /// <summary>A point with the one vector that has no name. Keeps the parts; the vector's memory must not change afterwards.</summary>
    /// <param name="id">Identity inside the collection.</param>
    /// <param name="vector">As many components as the collection has dimensions; finite.</param>
    /// <param name="payload">The JSON object; null means <see cref="Payload.Empty"/>.</param>
    public Point(PointId id, ReadOnlyMemory<float> vector, Payload? payload = null)
    {
        Id = id;
        Vector = vector;
        Named = NamedVectors.Empty;
        Payload = payload ?? Payload.Empty;
    }

    /// <summary>A point with vectors by name. Keeps the parts; the vectors' memory must not change afterwards.</summary>
    /// <param name="id">Identity inside the collection.</param>
    /// <param name="vectors">Vectors of the collection's schema, as many of them as there are; the empty name is that of the vector without one.</param>
    /// <param name="payload">The JSON object; null means <see cref="Payload.Empty"/>.</param>
    public Point(PointId id, NamedVectors vectors, Payload? payload = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        Id = id;
        Vector = vectors.Find("") is DenseVector unnamed ? unnamed.Components : default;
        Named = vectors.WithoutUnnamed();
        Payload = payload ?? Payload.Empty;
    }

    /// <summary>Identity inside the collection.</summary>
    public PointId Id { get; }

    /// <summary>Components of the vector without name; none if the point does not have it.</summary>
    public ReadOnlyMemory<float> Vector { get; }

    /// <summary>The vectors that have names.</summary>
    public NamedVectors Named { get; }

    /// <summary>The JSON object; <see cref="Payload.Empty"/> if there is none.</summary>
    public Payload Payload { get; }

    /// <inheritdoc />
    public bool Equals(Point? other) => other is not null
        && Id == other.Id
        && MemoryMarshal.AsBytes(Vector.Span).SequenceEqual(MemoryMarshal.AsBytes(other.Vector.Span))
        && Named.Equals(other.Named)
        && Payload.Equals(other.Payload);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Point);

    /// <inheritdoc />
    public override int GetHashCode() => Id.GetHashCode();

    /// <inheritdoc />
    public override string ToString() => Named.Count == 0 ? $"{Id} [{Vector.Length}] {Payload}" : $"{Id} [{Vector.Length}] {Named} {Payload}";
}
