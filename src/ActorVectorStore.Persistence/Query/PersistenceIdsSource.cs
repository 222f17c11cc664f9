using ActorVectorStore.Wal;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorVectorStore.Persistence;

/// <summary>The stream of the persistence ids that have or had events, each once, in the order in which the log knows them.</summary>
internal sealed class PersistenceIdsSource(WalEngine engine, bool live) : GraphStage<SourceShape<string>>
{
    private readonly Outlet<string> _out = new("WalPersistenceIds.out");

    public override SourceShape<string> Shape => new(_out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, engine, live);

    private sealed class Logic : PublishedLogic
    {
        private readonly Outlet<string> _out;
        private readonly bool _live;
        private WriteAheadLog? _log;
        private int _end;
        private int _next;

        public Logic(PersistenceIdsSource source, WalEngine engine, bool live)
            : base(source.Shape, engine)
        {
            _out = source._out;
            _live = live;
            SetHandler(_out, Advance);
        }

        protected override void OnOpened(WriteAheadLog log)
        {
            _log = log;
            if (_live)
            {
                Subscribe(log);
            }

            _end = log.StreamCount;
            CompleteAtEnd();
            Advance();
        }

        protected override void OnPublished() => Advance();

        private void Advance()
        {
            if (_log is null || !IsAvailable(_out))
            {
                return;
            }

            if (_live)
            {
                _end = _log.StreamCount;
            }

            if (_next < _end)
            {
                Push(_out, _log.StreamAt(_next++));
                CompleteAtEnd();
            }
        }

        private void CompleteAtEnd()
        {
            if (!_live && _next >= _end)
            {
                CompleteStage();
            }
        }
    }
}
