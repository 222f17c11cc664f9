using ActorVectorStore.Wal;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorVectorStore.Persistence;

/// <summary>What the query stages share: they wait for the engine to be open, and live ones are woken when the log publishes.</summary>
internal abstract class PublishedLogic(Shape shape, WalEngine engine) : GraphStageLogic(shape)
{
    private WriteAheadLog? _subscribed;
    private Action? _wake;
    private int _woken;

    public override void PreStart()
    {
        if (engine.Opened is { } store)
        {
            OnOpened(store.Log);
            return;
        }

        _ = OpenAsync(GetAsyncCallback<WriteAheadLog>(OnOpened), GetAsyncCallback<Exception>(FailStage));
    }

    public override void PostStop()
    {
        if (_subscribed is not null)
        {
            _subscribed.Published -= OnLogPublished;
        }
    }

    /// <summary>Called once, on the stage's thread, when the log is open.</summary>
    protected abstract void OnOpened(WriteAheadLog log);

    /// <summary>Called on the stage's thread some time after the log has published something new; many publications may share a call.</summary>
    protected abstract void OnPublished();

    protected void Subscribe(WriteAheadLog log)
    {
        _wake = GetAsyncCallback(() =>
        {
            // Cleared first: what is published from here on wakes again.
            Volatile.Write(ref _woken, 0);
            OnPublished();
        });
        _subscribed = log;
        log.Published += OnLogPublished;
    }

    private void OnLogPublished()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _wake!();
        }
    }

    private async Task OpenAsync(Action<WriteAheadLog> opened, Action<Exception> failed)
    {
        try
        {
            var store = await engine.OpenAsync().ConfigureAwait(false);
            opened(store.Log);
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
