using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Rows that have the vector without name, all of them or every other one, and no other vector.</summary>
internal sealed class PlainRows : IRowVectors
{
    public static readonly PlainRows All = new(1);

    /// <summary>Rows 0, 2, 4 and so on have it.</summary>
    public static readonly PlainRows EveryOther = new(2);

    private readonly int _step;

    private PlainRows(int step) => _step = step;

    public bool HasVector(string name, int row) => name.Length == 0 && row % _step == 0;
}

/// <summary>Asks filters about payloads alone.</summary>
internal static class PlainRowsFilter
{
    public static bool Matches(this RowFilter filter, PointId id, ReadOnlySpan<byte> payload, CancellationToken cancellation = default) =>
        filter.Matches(id, payload, PlainRows.All, 0, cancellation);
}
