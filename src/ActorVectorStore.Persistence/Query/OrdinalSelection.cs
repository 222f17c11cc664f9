using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>All events, or those with a tag; the position is the ordinal.</summary>
internal sealed record OrdinalSelection(string? Tag, SelectionStart Start) : EventSelection
{
    public override long Limit => long.MaxValue;

    public override long LastPosition(WriteAheadLog log) => log.PublishedOrdinal;

    /// <summary>For a number of last events, looks back over windows of twice the size each, until one holds so many.</summary>
    public override long FirstPosition(WriteAheadLog log)
    {
        if (Start.Last < 0)
        {
            return Start.Ordinal;
        }

        var end = log.PublishedOrdinal;
        for (var window = (long)Start.Last; ; window *= 2)
        {
            var first = Math.Max(1, end - window + 1);
            var last = LastOrdinals(log, first, end);
            if (last.Count == Start.Last || first == 1)
            {
                return last.Count == 0 ? end + 1 : last.Peek();
            }
        }
    }

    public override BatchReader Read(WriteAheadLog log, long from) => Tag is null ? log.ReadAll(from) : log.ReadTag(Tag, from);

    public override long PositionOf(EventBatchReader events) => events.Ordinal;

    // A batch is found by the tags of all its events.
    public override bool Wants(EventBatchReader events) => Tag is null || Array.IndexOf(events.Shape.Tags, Tag) >= 0;

    /// <summary>The ordinals of the last events in [first, end], at most as many as wanted.</summary>
    private Queue<long> LastOrdinals(WriteAheadLog log, long first, long end)
    {
        var last = new Queue<long>();
        if (Start.Last == 0)
        {
            return last;
        }

        using var batches = Read(log, first);
        using var events = new EventBatchReader();
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            var deletedTo = log.ReadState(batch.Stream).DeletedTo;
            events.Open(batch);
            while (events.MoveNext())
            {
                if (events.SequenceNr > deletedTo && events.Ordinal >= first && events.Ordinal <= end && Wants(events))
                {
                    last.Enqueue(events.Ordinal);
                    if (last.Count > Start.Last)
                    {
                        last.Dequeue();
                    }
                }
            }
        }

        return last;
    }
}
