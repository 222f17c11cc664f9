using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A point and its score, as a <see cref="ReadView"/> has ranked it; the same view reads the point.</summary>
public readonly record struct RankedRow
{
    internal RankedRow(PointId id, float score, RowKey row) => (Id, Score, Row) = (id, score, row);

    /// <summary>Highest score first, equal scores by id.</summary>
    public static IComparer<RankedRow> HighestFirst { get; } = ComparerOf(Distance.Dot);

    /// <summary>Lowest score first, equal scores by id.</summary>
    public static IComparer<RankedRow> LowestFirst { get; } = ComparerOf(Distance.Euclid);

    /// <summary>The point.</summary>
    public PointId Id { get; }

    /// <summary>Its score; always finite.</summary>
    public float Score { get; init; }

    internal RowKey Row { get; }

    private static Comparer<RankedRow> ComparerOf(Distance distance) =>
        Comparer<RankedRow>.Create((left, right) => distance.Compare(left.Score, left.Id, right.Score, right.Id));
}
