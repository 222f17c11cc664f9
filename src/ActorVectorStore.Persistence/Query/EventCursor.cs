using ActorVectorStore.Wal;
using Akka.Persistence.Query;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Reads the events of a selection page by page. One page at a time; the reader on the log stays open between pages until it is exhausted, so that
/// a long query does not seek for each page. Close it when no page is being read.
/// </summary>
internal sealed class EventCursor(WriteAheadLog log, EventDecoder decoder, EventSelection selection, EventBatchReader events, int pageEventsMax)
{
    private const long PageBytesMax = 4 << 20;

    private BatchReader? _batches;
    private bool _hasBatch;
    private bool _hasEvent;
    private long _batchesEnd;
    private long _next = -1;

    /// <summary>
    /// The next events up to <paramref name="end"/>, which must be durable; an empty page says that the cursor is behind it. Reads on the calling
    /// thread, which should be one of the pool.
    /// </summary>
    public List<EventEnvelope> ReadPage(long end)
    {
        var page = new List<EventEnvelope>();
        _next = _next < 0 ? selection.FirstPosition(log) : _next;
        var bytes = 0L;
        while (page.Count < pageEventsMax && bytes < PageBytesMax && _next <= end)
        {
            if (MoveToBatch(end))
            {
                bytes += AddEvents(end, page);
            }
        }

        return page;
    }

    /// <summary>Whether everything up to <paramref name="end"/> was read.</summary>
    public bool IsBehind(long end) => _next > end;

    /// <summary>Gives back the readers.</summary>
    public void Close()
    {
        events.Dispose();
        _batches?.Dispose();
    }

    /// <summary>Moves to a batch; at the end of what the log had when the reader was opened, moves behind that end instead.</summary>
    private bool MoveToBatch(long end)
    {
        if (_hasBatch)
        {
            return true;
        }

        if (_batches is null)
        {
            _batchesEnd = end;
            _batches = selection.Read(log, _next);
        }

        _hasBatch = _batches.MoveNext();
        if (_hasBatch)
        {
            events.Open(_batches.Current);
            _hasEvent = false;
        }
        else
        {
            _batches.Dispose();
            _batches = null;
            _next = Math.Max(_next, _batchesEnd + 1);
        }

        return _hasBatch;
    }

    /// <summary>
    /// Adds the batch's events from the cursor on until the page is full. The event at which it stops is looked at again next time; after the last
    /// one the batch is done.
    /// </summary>
    private long AddEvents(long end, List<EventEnvelope> page)
    {
        var bytes = 0L;
        var deletedTo = log.ReadState(events.PersistenceId).DeletedTo;
        while (_hasEvent || (_hasEvent = events.MoveNext()))
        {
            var position = selection.PositionOf(events);
            if (position > end)
            {
                // The reader shows also what became durable after the end was taken: there is nothing more up to the end.
                _next = end + 1;
                return bytes;
            }

            if (page.Count >= pageEventsMax || bytes >= PageBytesMax)
            {
                return bytes;
            }

            _hasEvent = false;
            if (position < _next)
            {
                continue;
            }

            if (events.SequenceNr > deletedTo && selection.Wants(events))
            {
                bytes += events.Payload.Length;
                decoder.Decode(events, page);
            }

            _next = position + 1;
        }

        _hasBatch = false;
        return bytes;
    }
}
