using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>A condition on a field that an index answers. If the index turns out to be damaged, that is told and nothing is known.</summary>
internal sealed class FieldNode(FieldIndex index, FieldAnswer answer, Action<SealedDamage>? onDamage) : PlanNode(answer.Bound, answer.Cost)
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation)
    {
        try
        {
            return Read(among, cancellation);
        }
        catch (CorruptionException damage)
        {
            onDamage?.Invoke(SegmentIndexes.DamageOf(index.Index.Section, damage));
            return PlanAnswer.Unknown(among);
        }
    }

    private PlanAnswer Read(RowBitmap among, CancellationToken cancellation)
    {
        var sure = answer.Sure.Read(cancellation);
        sure.And(among);
        if (answer.Maybe is null)
            return new PlanAnswer(sure, sure);
        var possible = answer.Maybe.Read(cancellation);
        possible.And(among);
        possible.Or(sure);
        return PlanAnswer.Of(sure, possible);
    }
}
