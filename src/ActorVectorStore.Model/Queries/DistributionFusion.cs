namespace ActorVectorStore.Model;

/// <summary>
/// A ranking gives a point where its score lies between the mean of the ranking's scores less three standard deviations (of the sample), which is 0, and the mean and three of them, which is 1;
/// 0.5 where all scores are equal, or there is only one. Scores of which lower ones are better are turned before.
/// </summary>
public sealed record DistributionFusion : FusionQuery;
