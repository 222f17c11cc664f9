namespace ActorVectorStore.Model;

/// <summary>
/// A vector that a query compares points with: <see cref="GivenVector"/> or <see cref="VectorOfPoint"/>; there are no others.
/// </summary>
public abstract record VectorInput
{
    private protected VectorInput()
    {
    }

    /// <summary>The vector that a stored point has where the query compares.</summary>
    public static VectorInput Of(PointId id) => new VectorOfPoint(id);

    /// <summary>A vector of any kind. Keeps its memory, which must not change.</summary>
    public static VectorInput Of(VectorValue vector) => new GivenVector(vector);

    /// <summary>A dense vector. Keeps the memory, which must not change.</summary>
    /// <exception cref="InvalidRequestException">There are no components, or too many.</exception>
    public static VectorInput Of(ReadOnlyMemory<float> components) => new GivenVector(new DenseVector(components));
}
