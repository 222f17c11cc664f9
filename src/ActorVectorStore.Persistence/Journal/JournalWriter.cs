using System.Collections.Immutable;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Brings encoded requests into the log. A request of one small batch, which is nearly every one, goes straight in and costs no scheduling beyond
/// the log's own completion; any other takes a turn among the requests of its persistence id, on the pool.
/// </summary>
internal sealed class JournalWriter(WalStore store, int compressionBytesMin)
{
    private static readonly Task<IImmutableList<Exception?>?> NothingRejected = Task.FromResult<IImmutableList<Exception?>?>(null);

    /// <summary>
    /// Durable on completion; the result is null or the rejections. <paramref name="cancellation"/> is honoured until a batch enters a commit.
    /// Calls for one persistence id take effect in their order. Called on the journal actor's thread.
    /// </summary>
    public Task<IImmutableList<Exception?>?> WriteAsync(WriteRequest request, CancellationToken cancellation)
    {
        if (request.Batches.Count == 0)
        {
            return request.Rejections is null ? NothingRejected : Task.FromResult<IImmutableList<Exception?>?>(request.Rejections);
        }

        return IsQuick(request) && store.WriteTurns.Pending(request.PersistenceId) is null
            && store.WriteBudget.TryTake(request.Batches[0].Batch.Payload.Length)
            ? WriteAtOnceAsync(request, cancellation)
            : WriteAsync(request.PersistenceId, () => request, cancellation);
    }

    /// <summary>As the other, for a request that is still to be encoded, which happens on the pool.</summary>
    public Task<IImmutableList<Exception?>?> WriteAsync(string persistenceId, Func<WriteRequest> encode, CancellationToken cancellation) =>
        store.WriteTurns.RunAsync(persistenceId, async () =>
        {
            // Encoding, compressing and the log's checksum may take long: not on the actor's thread, on which this may still run.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return await WriteBatchesAsync(encode(), cancellation).ConfigureAwait(false);
        });

    /// <summary>The highest sequence number after all writes of the id that were accepted before this call are durable or have failed.</summary>
    public Task<long> ReadHighestAsync(string persistenceId, CancellationToken cancellation)
    {
        var turns = store.WriteTurns.Pending(persistenceId);
        return turns is null ? ReadStoredHighestAsync(persistenceId, cancellation) : ReadHighestAfterAsync(turns, persistenceId, cancellation);
    }

    /// <summary>Deletes up to a number, at most the highest accepted before this call; durable on completion.</summary>
    public Task DeleteToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellation) =>
        store.WriteTurns.Pending(persistenceId) is null
            ? store.Log.DeleteToAsync(persistenceId, toSequenceNr, cancellation).AsTask()
            : store.WriteTurns.RunAsync(persistenceId, () => DeleteInTurnAsync(persistenceId, toSequenceNr, cancellation));

    private async Task<IImmutableList<Exception?>?> WriteAtOnceAsync(WriteRequest request, CancellationToken cancellation)
    {
        var append = AppendAsync(request.Batches[0], cancellation);
        if (!store.Has(PersistenceMutations.AckBeforeAppend))
        {
            await append.ConfigureAwait(false);
        }

        return request.Rejections;
    }

    /// <summary>Appends a batch for which the budget was taken, compressed if it is to be; gives back the budget and the buffer.</summary>
    private async Task AppendAsync(PreparedBatch batch, CancellationToken cancellation)
    {
        var taken = batch.Batch.Payload.Length;
        try
        {
            if (IsToCompress(batch))
            {
                batch = batch.Compressed();
                var saved = taken - batch.Batch.Payload.Length;
                taken -= saved;
                store.WriteBudget.Release(saved);
            }

            await store.Log.AppendAsync(batch.Batch, cancellation).ConfigureAwait(false);
        }
        finally
        {
            store.WriteBudget.Release(store.Has(PersistenceMutations.KeepBudget) ? 0 : taken);
            batch.Release();
        }
    }

    // A turn of its own: writes that were accepted later wait for it, so that the log clamps the number to what was accepted before.
    private async Task<bool> DeleteInTurnAsync(string persistenceId, long toSequenceNr, CancellationToken cancellation)
    {
        await store.Log.DeleteToAsync(persistenceId, toSequenceNr, cancellation).ConfigureAwait(false);
        return true;
    }

    private async Task<IImmutableList<Exception?>?> WriteBatchesAsync(WriteRequest request, CancellationToken cancellation)
    {
        var next = 0;
        try
        {
            while (next < request.Batches.Count)
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = request.Batches[next];
                await store.WriteBudget.TakeAsync(batch.Batch.Payload.Length, cancellation).ConfigureAwait(false);
                next++;
                await AppendAsync(batch, cancellation).ConfigureAwait(false);
            }

            return request.Rejections;
        }
        finally
        {
            for (; next < request.Batches.Count; next++)
            {
                request.Batches[next].Release();
            }
        }
    }

    private async Task<long> ReadHighestAfterAsync(Task turns, string persistenceId, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation).ConfigureAwait(false);
        return await ReadStoredHighestAsync(persistenceId, cancellation).ConfigureAwait(false);
    }

    private async Task<long> ReadStoredHighestAsync(string persistenceId, CancellationToken cancellation)
    {
        var state = await store.Log.ReadStateAsync(persistenceId, cancellation).ConfigureAwait(false);
        return state.HighestSequence;
    }

    private bool IsQuick(WriteRequest request) =>
        request.Batches.Count == 1 && request.Batches[0].Batch.Payload.Length < EncodingEstimate.LargeBytes && !IsToCompress(request.Batches[0]);

    private bool IsToCompress(in PreparedBatch batch) => compressionBytesMin > 0 && batch.Batch.Payload.Length >= compressionBytesMin;
}
