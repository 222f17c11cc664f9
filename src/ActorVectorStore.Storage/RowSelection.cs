namespace ActorVectorStore.Storage;

/// <summary>Which rows of a state a walk through them is after: the visible ones and, if there is a filter, of them those that pass it.</summary>
internal readonly struct RowSelection(ShardState state, RowFilter? filter, CancellationToken cancellationToken)
{
    /// <summary>Whether a row is one of them. The state need not know the row: a newer reader may have sorted it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; looked at for each row, since a walk may find few.</exception>
    public bool Includes(int row)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (row >= state.RowCount || !state.Segment.IsVisible(row, state.Index))
            return false;
        return filter is null || filter.Matches(state.Segment.IdOf(row), PayloadOf(row), cancellationToken);
    }

    /// <summary>How many there are.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two rows.</exception>
    public long Count()
    {
        if (filter is null)
            return state.LiveCount;
        var count = 0L;
        for (var row = 0; row < state.RowCount; row++)
        {
            if (Includes(row))
                count++;
        }

        return count;
    }

    private ReadOnlySpan<byte> PayloadOf(int row) => state.Segment.ChunkOf(row).Payloads[state.Segment.Layout.SlotOf(row)].Span;
}
