namespace ActorVectorStore.Index;

/// <summary>The vectors that an index is made of, by number. Safe from any thread: several read at once.</summary>
public interface IVectorRows
{
    /// <summary>Vectors.</summary>
    int Count { get; }

    /// <summary>Components of each, all finite.</summary>
    int Dimension { get; }

    /// <summary>Writes the components of a vector to <paramref name="target"/>, which has the dimension.</summary>
    void Read(int row, Span<float> target);
}
