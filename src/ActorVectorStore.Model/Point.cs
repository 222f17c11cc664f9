using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>
/// One entry of a collection: an id, a vector and a payload. Two points are equal if their ids, the bits of their vectors and the bytes of their
/// payloads are.
/// </summary>
public sealed class Point : IEquatable<Point>
{
    /// <summary>Keeps the parts; the vector's memory must not change afterwards.</summary>
    /// <param name="id">Identity inside the collection.</param>
    /// <param name="vector">As many components as the collection has dimensions; finite.</param>
    /// <param name="payload">The JSON object; null means <see cref="Payload.Empty"/>.</param>
    public Point(PointId id, ReadOnlyMemory<float> vector, Payload? payload = null)
    {
        Id = id;
        Vector = vector;
        Payload = payload ?? Payload.Empty;
    }

    /// <summary>Identity inside the collection.</summary>
    public PointId Id { get; }

    /// <summary>The vector's components.</summary>
    public ReadOnlyMemory<float> Vector { get; }

    /// <summary>The JSON object; <see cref="Payload.Empty"/> if there is none.</summary>
    public Payload Payload { get; }

    /// <inheritdoc />
    public bool Equals(Point? other) => other is not null
        && Id == other.Id
        && MemoryMarshal.AsBytes(Vector.Span).SequenceEqual(MemoryMarshal.AsBytes(other.Vector.Span))
        && Payload.Equals(other.Payload);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Point);

    /// <inheritdoc />
    public override int GetHashCode() => Id.GetHashCode();

    /// <inheritdoc />
    public override string ToString() => $"{Id} [{Vector.Length}] {Payload}";
}
