using System.Collections.Immutable;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The rows of a shard at one log index: what a view reads. Needs the lease of its segments; safe from any thread.</summary>
/// <param name="state">What was published.</param>
/// <param name="index">The index: the state's, or an earlier one.</param>
internal readonly struct VisibleRows(ShardState state, long index)
{
    /// <summary>The log index.</summary>
    public long Index => index;

    /// <summary>All segments; some may have no visible row.</summary>
    public ImmutableArray<Segment> Segments => state.Segments.Segments;

    /// <summary>At least as many rows as are visible, and at most as many as there are: what an answer can have.</summary>
    public long CountMax => index == state.Index ? state.LiveCount : Segments.Sum(segment => (long)segment.RowCount);

    /// <summary>The number of visible rows, if it is known without counting.</summary>
    public long? KnownCount => index == state.Index ? state.LiveCount : null;

    /// <summary>Rows of a segment that the state knows.</summary>
    public int RowCount(int segment) => segment == Segments.Length - 1 ? state.ActiveRows : Segments[segment].RowCount;

    /// <summary>The row's point.</summary>
    public PointId IdOf(RowKey row) => Segments[row.Segment].IdOf(row.Row);

    /// <summary>The visible row of an id, or null.</summary>
    public RowKey? Find(PointId id)
    {
        for (var segment = Segments.Length - 1; segment >= 0; segment--)
        {
            var row = Segments[segment].Find(id, index, RowCount(segment));
            if (row != Segment.None)
                return new RowKey(segment, row);
        }

        return null;
    }

    /// <summary>The visible rows that pass a filter, if there is one, with ids of at least this one, in the order of ids.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; looked at for each row, since a walk may find few.</exception>
    public IEnumerable<RowKey> InOrder(PointId from, RowFilter? filter, CancellationToken cancellationToken)
    {
        var cursors = new PriorityQueue<(int Segment, IEnumerator<int> Rows), PointId>();
        for (var segment = 0; segment < Segments.Length; segment++)
            Advance(cursors, segment, Segments[segment].RowsFrom(from, RowCount(segment)).GetEnumerator(), cancellationToken);
        while (cursors.TryDequeue(out var cursor, out _))
        {
            var (segment, row) = (cursor.Segment, cursor.Rows.Current);
            if (filter is null || filter.Matches(Segments[segment].IdOf(row), Segments[segment].PayloadUtf8(row), cancellationToken))
                yield return new RowKey(segment, row);
            Advance(cursors, segment, cursor.Rows, cancellationToken);
        }
    }

    /// <summary>How many visible rows pass a filter.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public long Count(RowFilter? filter, CancellationToken cancellationToken)
    {
        if (filter is null && KnownCount is { } known)
            return known;
        var count = 0L;
        for (var part = 0; part < Segments.Length; part++)
        {
            var segment = Segments[part];
            for (var row = 0; row < RowCount(part); row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (segment.IsVisible(row, index) && (filter is null || filter.Matches(segment.IdOf(row), segment.PayloadUtf8(row), cancellationToken)))
                    count++;
            }
        }

        return count;
    }

    // To the next visible row of a segment, which then waits for its turn.
    private void Advance(
        PriorityQueue<(int Segment, IEnumerator<int> Rows), PointId> cursors, int segment, IEnumerator<int> rows, CancellationToken cancellationToken)
    {
        while (rows.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Segments[segment].IsVisible(rows.Current, index))
                continue;
            cursors.Enqueue((segment, rows), Segments[segment].IdOf(rows.Current));
            return;
        }
    }
}
