namespace ActorVectorStore.Storage;

/// <summary>
/// Every condition holds. They are evaluated from the one that holds for the fewest rows on, each among the rows that are left, until none is left;
/// one whose index takes longer to read than the payloads of these rows is not.
/// </summary>
internal sealed class AllNode(int rowCount, IReadOnlyList<PlanNode> children)
    : PlanNode(RowBound.OfAll([.. children.Select(child => child.Bound)], rowCount), children.Sum(child => child.Cost))
{
    public override PlanAnswer Evaluate(RowBitmap among, CancellationToken cancellation) => Evaluate(among, undecided: null, cancellation);

    /// <summary>As <see cref="Evaluate(RowBitmap, CancellationToken)"/>, and tells which conditions are not known for each row that is left.</summary>
    /// <param name="among">The rows that matter.</param>
    /// <param name="undecided">Gets the conditions; may be null.</param>
    /// <param name="cancellation">Looked at before each piece of an index.</param>
    public PlanAnswer Evaluate(RowBitmap among, ICollection<PlanNode>? undecided, CancellationToken cancellation)
    {
        var (sure, possible) = (among, among);
        foreach (var child in children.OrderBy(child => child.Bound.Max).ThenBy(child => child.Cost))
        {
            if (possible.IsEmpty)
                break;
            var answer = Ask(child, possible, cancellation);
            if (!answer.IsExact)
                undecided?.Add(child);
            sure = ReferenceEquals(sure, possible) ? answer.Sure : Common(sure, answer.Sure);
            possible = answer.Possible;
        }

        return possible.IsEmpty ? new PlanAnswer(possible, possible) : PlanAnswer.Of(sure, possible);
    }

    private static PlanAnswer Ask(PlanNode child, RowBitmap rows, CancellationToken cancellation) =>
        child.Cost > (long)rows.Count() * EntriesPerPayload ? PlanAnswer.Unknown(rows) : child.Evaluate(rows, cancellation);

    private static RowBitmap Common(RowBitmap one, RowBitmap other)
    {
        var rows = one.Clone();
        rows.And(other);
        return rows;
    }
}
