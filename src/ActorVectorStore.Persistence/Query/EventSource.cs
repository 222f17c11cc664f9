using ActorVectorStore.Wal;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The stream of a selection's events. It holds at most one page: the next one is read, on the pool, when the last is used up and there is
/// demand. A live stream at its end waits for the log to publish; a current one ends at the position that was last when it was materialized.
/// </summary>
internal sealed class EventSource(WalEngine engine, EventDecoder decoder, EventSelection selection, int pageEventsMax, bool live)
    : GraphStage<SourceShape<EventEnvelope>>
{
    private readonly Outlet<EventEnvelope> _out = new("WalEvents.out");

    public override SourceShape<EventEnvelope> Shape => new(_out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, engine, decoder, selection, pageEventsMax, live);

    private sealed class Logic : PublishedLogic
    {
        private const int Idle = 0;
        private const int Reading = 1;
        private const int Stopped = 2;

        private readonly Outlet<EventEnvelope> _out;
        private readonly EventDecoder _decoder;
        private readonly EventSelection _selection;
        private readonly int _pageEventsMax;
        private readonly bool _live;
        private readonly Queue<EventEnvelope> _buffer = new();
        private readonly Action<List<EventEnvelope>> _pageRead;
        private readonly Action<Exception> _readFailed;
        private EventCursor? _cursor;
        private WriteAheadLog? _log;
        private long _end;
        private bool _reading;
        private int _cursorState;

        public Logic(EventSource source, WalEngine engine, EventDecoder decoder, EventSelection selection, int pageEventsMax, bool live)
            : base(source.Shape, engine)
        {
            _out = source._out;
            _decoder = decoder;
            _selection = selection;
            _pageEventsMax = pageEventsMax;
            _live = live;
            _pageRead = GetAsyncCallback<List<EventEnvelope>>(OnPage);
            _readFailed = GetAsyncCallback<Exception>(OnReadFailed);
            SetHandler(_out, Advance);
        }

        public override void PostStop()
        {
            base.PostStop();
            if (Interlocked.Exchange(ref _cursorState, Stopped) == Idle)
            {
                _cursor?.Close();
            }
        }

        protected override void OnOpened(WalStore store)
        {
            var log = store.Log;
            _log = log;
            _cursor = new EventCursor(log, _decoder, _selection, new EventBatchReader(), _pageEventsMax);
            _end = _live ? _selection.Limit : Math.Min(_selection.Limit, _selection.LastPosition(log));
            if (_live)
            {
                Subscribe(log);
            }

            if (_end < 1)
            {
                CompleteStage();
                return;
            }

            Advance();
        }

        protected override void OnPublished() => Advance();

        private void Advance()
        {
            if (_cursor is null || _reading || !IsAvailable(_out))
            {
                return;
            }

            if (_buffer.TryDequeue(out var next))
            {
                Push(_out, next);
                CompleteAtEnd(_cursor);
                return;
            }

            var end = Math.Min(_end, _selection.LastPosition(_log!));
            if (!_cursor.IsBehind(end))
            {
                _reading = true;
                Volatile.Write(ref _cursorState, Reading);
                _ = ReadPageAsync(_cursor, end);
            }
        }

        // While the page is being read the cursor belongs to this method; if the stage stops meanwhile, it closes it.
        private async Task ReadPageAsync(EventCursor cursor, long end)
        {
            var (pageRead, readFailed) = (_pageRead, _readFailed);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            Action answer;
            try
            {
                var page = cursor.ReadPage(end);
                answer = () => pageRead(page);
            }
            catch (Exception e)
            {
                answer = () => readFailed(e);
            }

            if (Interlocked.CompareExchange(ref _cursorState, Idle, Reading) == Stopped)
            {
                cursor.Close();
            }

            answer();
        }

        private void OnPage(List<EventEnvelope> page)
        {
            _reading = false;
            foreach (var envelope in page)
            {
                _buffer.Enqueue(envelope);
            }

            CompleteAtEnd(_cursor!);
            Advance();
        }

        private void CompleteAtEnd(EventCursor cursor)
        {
            if (_buffer.Count == 0 && cursor.IsBehind(_end))
            {
                CompleteStage();
            }
        }

        private void OnReadFailed(Exception cause)
        {
            _reading = false;
            FailStage(cause);
        }
    }
}
