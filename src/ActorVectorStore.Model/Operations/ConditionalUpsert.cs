using System.Globalization;

namespace ActorVectorStore.Model;

/// <summary>
/// Writes those of its points for which a condition holds, as <see cref="UpsertPoints"/> does, and passes over the others. The points are taken in their
/// order, each decided by what those before it have left; one that was written in this event has the event's log index as its version.
/// </summary>
public sealed class ConditionalUpsert : ShardOperation
{
    /// <summary>Keeps the points and the condition; the list and the vectors must not change afterwards.</summary>
    /// <param name="points">1 to <see cref="ModelLimits.PointsPerBatchMax"/>.</param>
    /// <param name="condition">What must be so of each; an <see cref="IfVersion"/> has as many versions as there are points.</param>
    /// <exception cref="InvalidRequestException">There is no point, there are too many, a vector is too long, or there is not one version for each point.</exception>
    public ConditionalUpsert(IReadOnlyList<Point> points, WriteCondition condition)
        : this(new UpsertPoints(points), condition)
    {
    }

    internal ConditionalUpsert(UpsertPoints upsert, WriteCondition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (condition is IfVersion { Versions.Count: var count } && count != upsert.Points.Count)
            throw new InvalidRequestException("versions", $"{upsert.Points.Count}, one for each point", count.ToString(CultureInfo.InvariantCulture));
        Upsert = upsert;
        Condition = condition;
        BodyBytes = upsert.BodyBytes + OperationFormat.ConditionHeaderBytes + condition.BodyBytes;
    }

    /// <summary>The points, in the order of application.</summary>
    public IReadOnlyList<Point> Points => Upsert.Points;

    /// <summary>What must be so of a point for it to be written.</summary>
    public WriteCondition Condition { get; }

    /// <summary>The points without the condition.</summary>
    internal UpsertPoints Upsert { get; }

    internal override byte Kind => Upsert.IsSimple ? OperationFormat.KindConditionalUpsert : OperationFormat.KindConditionalUpsertNamed;

    internal override long BodyBytes { get; }
}
