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
            OnOpened(store);
            return;
        }

        _ = OpenAsync(GetAsyncCallback<WalStore>(OnOpened), GetAsyncCallback<Exception>(FailStage));
    }

    public override void PostStop()
    {
        if (_subscribed is not null)
        {
            _subscribed.Published -= Wake;
        }
    }

    /// <summary>Called once, on the stage's thread, when the engine is open.</summary>
    protected abstract void OnOpened(WalStore store);

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
        log.Published += Wake;
    }

    /// <summary>Makes <see cref="OnPublished"/> be called; any thread, once subscribed.</summary>
    protected void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _wake!();
        }
    }

    private async Task OpenAsync(Action<WalStore> opened, Action<Exception> failed)
    {
        try
        {
            var store = await engine.OpenAsync().ConfigureAwait(false);
            opened(store);
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
