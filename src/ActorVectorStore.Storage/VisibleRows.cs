using System.Collections.Immutable;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The rows of a shard at one log index: what a view reads. Needs the lease of its segments; safe from any thread.</summary>
/// <param name="state">What was published.</param>
/// <param name="index">The index: the state's, or an earlier one.</param>
internal readonly struct VisibleRows(ShardState state, long index)
{
    private const int FewShare = 16;

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
        var isMatched = new bool[Segments.Length];
        for (var segment = 0; segment < Segments.Length; segment++)
        {
            var rows = Segments[segment].RowsFrom(from, RowCount(segment));
            if (FewMatching(segment, filter, cancellationToken) is { } matching)
            {
                isMatched[segment] = true;
                rows = rows.Where(matching.Contains);
            }

            Advance(cursors, segment, rows.GetEnumerator(), cancellationToken);
        }

        while (cursors.TryDequeue(out var cursor, out _))
        {
            var (segment, row) = (cursor.Segment, cursor.Rows.Current);
            if (filter is null || isMatched[segment] || filter.Matches(Segments[segment], row, cancellationToken))
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
            if (Matching(part, filter, cancellationToken) is { } matching)
            {
                count += matching.Count();
                continue;
            }

            for (var row = 0; row < RowCount(part); row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (segment.IsVisible(row, index) && (filter is null || filter.Matches(segment, row, cancellationToken)))
                    count++;
            }
        }

        return count;
    }

    /// <summary>The visible rows of a segment that pass a filter, if indexes help to find them; null if rows have to be asked one by one.</summary>
    public RowBitmap? Matching(int segment, RowFilter? filter, CancellationToken cancellationToken) =>
        filter is not null && Segments[segment] is DiskSegment { HasIndexes: true } onDisk
            ? onDisk.Matching(filter.Source, onDisk.VisibleAt(index), cancellationToken)
            : null;

    /// <summary>
    /// What <see cref="Matching"/> gives, where it is few; null otherwise. For pages: they need the first few rows only, and all that pass are looked for where they are few.
    /// </summary>
    public RowBitmap? FewMatching(int segment, RowFilter? filter, CancellationToken cancellationToken) =>
        filter is not null && Segments[segment] is DiskSegment { HasIndexes: true } onDisk
            && onDisk.BoundOf(filter.Source, cancellationToken).Max <= onDisk.RowCount / FewShare
            ? Matching(segment, filter, cancellationToken)
            : null;

    /// <summary>The visible rows of a segment that pass a filter, if there is one.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public RowBitmap Passing(int segment, RowFilter? filter, CancellationToken cancellationToken)
    {
        if (Matching(segment, filter, cancellationToken) is { } matching)
            return matching;
        var part = Segments[segment];
        if (filter is null && part is DiskSegment onDisk)
            return onDisk.VisibleAt(index);
        var passing = new RowBitmap(RowCount(segment));
        for (var row = 0; row < passing.RowCount; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (part.IsVisible(row, index) && (filter is null || filter.Matches(part, row, cancellationToken)))
                passing.TryAdd(row);
        }

        return passing;
    }

    /// <summary>Between which numbers the count of rows that pass a filter lies.</summary>
    public (long Min, long Max) Estimate(Filter filter, CancellationToken cancellationToken)
    {
        var (min, max) = (0L, 0L);
        for (var segment = 0; segment < Segments.Length; segment++)
        {
            var rows = RowCount(segment);
            if (Segments[segment] is not DiskSegment onDisk)
            {
                max += rows;
                continue;
            }

            // Rows that are not visible may be among those that pass.
            var visible = index >= onDisk.Entry.LastInsertedAt && onDisk.Deletions.HasNone(0, rows) ? rows : onDisk.VisibleAt(index).Count();
            var bound = onDisk.BoundOf(filter, cancellationToken);
            min += Math.Max(0, bound.Min - (rows - visible));
            max += Math.Min(bound.Max, visible);
        }

        return (min, Math.Min(max, CountMax));
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
