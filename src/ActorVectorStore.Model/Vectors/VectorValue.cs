namespace ActorVectorStore.Model;

/// <summary>
/// A point's vector under a name: <see cref="DenseVector"/>, <see cref="SparseVector"/> or <see cref="MultiVector"/>; there are no others. Its memory must not
/// change. Two are equal if they are of one kind and have the same bits.
/// </summary>
public abstract class VectorValue : IEquatable<VectorValue>
{
    private protected VectorValue()
    {
    }

    /// <summary>Dense, sparse or multi.</summary>
    public abstract VectorKind Kind { get; }

    /// <summary>Bytes of its numbers; see <see cref="OperationFormat"/>.</summary>
    public abstract long Bytes { get; }

    /// <inheritdoc />
    public abstract bool Equals(VectorValue? other);

    /// <inheritdoc />
    public sealed override bool Equals(object? obj) => Equals(obj as VectorValue);

    /// <inheritdoc />
    public abstract override int GetHashCode();
}
