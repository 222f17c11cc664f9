using ActorVectorStore.Wal;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The stream of the persistence ids that have or had events or have snapshots, each once: first those that only snapshots know, then those of the
/// log in the order in which it knows them.
/// </summary>
internal sealed class PersistenceIdsSource(WalEngine engine, bool live) : GraphStage<SourceShape<string>>
{
    private readonly Outlet<string> _out = new("WalPersistenceIds.out");

    public override SourceShape<string> Shape => new(_out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, engine, live);

    private sealed class Logic : PublishedLogic
    {
        private readonly Outlet<string> _out;
        private readonly bool _live;

        // Ids without events when they were looked at. If they get events, the log will show them too.
        private readonly HashSet<string> _snapshotsOnly = new(StringComparer.Ordinal);
        private readonly Queue<string> _found = new();
        private WalStore? _store;
        private SnapshotFiles? _subscribed;
        private int _nextSnapshot;
        private int _end;
        private int _next;

        public Logic(PersistenceIdsSource source, WalEngine engine, bool live)
            : base(source.Shape, engine)
        {
            _out = source._out;
            _live = live;
            SetHandler(_out, Advance);
        }

        private WriteAheadLog Events => _store!.Log;

        public override void PostStop()
        {
            base.PostStop();
            if (_subscribed is not null)
            {
                _subscribed.PersistenceIdAdded -= Wake;
            }
        }

        protected override void OnOpened(WalStore store) => _ = ReadSnapshotsAsync(store, GetAsyncCallback<WalStore>(Begin), GetAsyncCallback<Exception>(FailStage));

        protected override void OnPublished() => Advance();

        private static async Task ReadSnapshotsAsync(WalStore store, Action<WalStore> read, Action<Exception> failed)
        {
            try
            {
                await store.Snapshots.ReadPersistenceIdsAsync().ConfigureAwait(false);
                read(store);
            }
            catch (Exception e)
            {
                failed(e);
            }
        }

        private void Begin(WalStore store)
        {
            _store = store;
            if (_live)
            {
                Subscribe(store.Log);
                _subscribed = store.Snapshots;
                _subscribed.PersistenceIdAdded += Wake;
            }

            // In this order: what has events by now is below the end.
            LookAtSnapshots();
            _end = Events.StreamCount;
            Advance();
            CompleteAtEnd();
        }

        private void LookAtSnapshots()
        {
            for (var count = _store!.Snapshots.PersistenceIds.Count; _nextSnapshot < count; _nextSnapshot++)
            {
                var id = _store.Snapshots.PersistenceIds[_nextSnapshot];
                if (Events.ReadState(id).HighestSequence == 0 && _snapshotsOnly.Add(id))
                {
                    _found.Enqueue(id);
                }
            }
        }

        private void Advance()
        {
            if (_store is null || !IsAvailable(_out))
            {
                return;
            }

            if (_live)
            {
                LookAtSnapshots();
                _end = Events.StreamCount;
            }

            if (_found.TryDequeue(out var id))
            {
                Push(_out, id);
            }
            else if (HasNext())
            {
                Push(_out, Events.StreamAt(_next++));
            }

            CompleteAtEnd();
        }

        /// <summary>Moves over the ids that were found among the snapshots.</summary>
        private bool HasNext()
        {
            while (_next < _end && _snapshotsOnly.Contains(Events.StreamAt(_next)))
            {
                _next++;
            }

            return _next < _end;
        }

        private void CompleteAtEnd()
        {
            if (!_live && _found.Count == 0 && !HasNext())
            {
                CompleteStage();
            }
        }
    }
}
