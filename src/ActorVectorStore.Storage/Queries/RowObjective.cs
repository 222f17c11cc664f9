namespace ActorVectorStore.Storage;

/// <summary>Makes one score of a row's similarities to the vectors of a query. Without state.</summary>
internal abstract class RowObjective
{
    /// <summary>Whether the higher of two scores is the better one.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>The score: finite.</summary>
    /// <param name="similarities">One for each vector; <see cref="RowSimilarity.NothingInCommon"/> is one too.</param>
    /// <param name="score">The score.</param>
    /// <returns>Whether the row is found at all.</returns>
    public abstract bool TryScore(ReadOnlySpan<double> similarities, out float score);

    /// <summary>The cost that a score stands for, of which the lower is the better one, or the score that a cost stands for. Zero has no sign.</summary>
    public float Turn(float scoreOrCost) => HigherIsBetter ? 0 - scoreOrCost : scoreOrCost;
}
