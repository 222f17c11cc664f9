namespace ActorVectorStore.Storage;

/// <summary>
/// One way to compare a query with a row, as a type parameter, so that the scan loop is compiled once for each with the arithmetic inside.
/// </summary>
/// <remarks>
/// A cost is a score turned so that lower is better. It is computed in single precision by vector instructions; the order of summation follows the
/// widest vector unit of the machine, so that last bits may differ between machines. Where single precision overflows or loses everything, the cost
/// is computed again in double precision. Every cost is finite and correct to about 1e-6 of the sum of the terms' magnitudes, 1e-5 at the largest
/// dimension.
/// </remarks>
internal interface IScoring
{
    /// <summary>Whether costs need one over the row's length.</summary>
    static abstract bool UsesInverseNorm { get; }

    /// <summary>The query as the scan uses it, padded with zeros to the stride of the rows.</summary>
    static abstract float[] Prepare(ReadOnlySpan<float> query, int stride);

    /// <summary>The cost of a padded row against a prepared query.</summary>
    static abstract float Cost(ReadOnlySpan<float> query, ReadOnlySpan<float> row, float inverseNorm);

    /// <summary>The score that a cost stands for, and the cost that a score stands for.</summary>
    static abstract float Turn(float scoreOrCost);
}
