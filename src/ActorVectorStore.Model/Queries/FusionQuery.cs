namespace ActorVectorStore.Model;

/// <summary>
/// Makes one ranking of those of the stage's prefetches, of which there is at least one: <see cref="ReciprocalRankFusion"/> or <see cref="DistributionFusion"/>; there are no others. A
/// point's score is the sum of what each ranking gives it that has it; higher is better. <see cref="QueryStage.Using"/> does not matter.
/// </summary>
public abstract record FusionQuery : PointQuery
{
    private protected FusionQuery()
    {
    }

    /// <inheritdoc />
    public override IEnumerable<VectorInput> Inputs => [];
}
