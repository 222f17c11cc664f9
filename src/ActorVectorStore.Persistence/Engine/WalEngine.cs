using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence;

/// <summary>One directory's engine: opens its store at the first request, off the caller's thread, and keeps it until the system has ended.</summary>
internal sealed class WalEngine(IFileSystem fileSystem, WalEngineSettings settings, PersistenceMutations mutations = PersistenceMutations.None)
{
    private readonly Lock _gate = new();
    private Task<WalStore>? _opening;
    private volatile WalStore? _store;
    private bool _closed;

    public WalEngineSettings Settings { get; } = settings;

    /// <summary>The store if it is open now, else null.</summary>
    public WalStore? Opened => _store;

    /// <summary>Joins or begins an attempt to open the store. A failed attempt is forgotten: the next call begins another one.</summary>
    public Task<WalStore> OpenAsync()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return Task.FromException<WalStore>(new ObjectDisposedException(Settings.Directory, "The actor system has ended."));
            }

            if (_opening is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _opening = Task.Run(OpenStoreAsync);
            }

            return _opening;
        }
    }

    /// <summary>Closes the store after the last actor has stopped; no attempt to open it begins any more.</summary>
    public async Task CloseAsync()
    {
        Task<WalStore>? opening;
        lock (_gate)
        {
            _closed = true;
            opening = _opening;
        }

        if (opening is null)
        {
            return;
        }

        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_store is { } store)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<WalStore> OpenStoreAsync()
    {
        var store = await WalStore.OpenAsync(fileSystem, Settings, mutations).ConfigureAwait(false);
        _store = store;
        return store;
    }
}
