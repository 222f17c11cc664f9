using System.Collections.Immutable;
using System.Globalization;
using ActorVectorStore.Model;
using ActorVectorStore.Storage;

namespace ActorVectorStore.Cluster;

/// <summary>A collection as its callers see it.</summary>
/// <param name="Schema">What it is.</param>
/// <param name="Creation">Sequence number of its creation in the catalog: part of its shards' identities.</param>
/// <param name="Shards">Its shards, by number.</param>
public sealed record CollectionHandle(CollectionSchema Schema, long Creation, ImmutableArray<ShardHandle> Shards)
{
    /// <summary>The shard of a point.</summary>
    public ShardHandle ShardOf(PointId id) => Shards[ShardRouting.ShardOf(id, Schema.ShardCount)];

    /// <summary>
    /// Writes one operation to each of some shards. Until the first is sent, a failure or the cancellation leaves nothing done at any shard; from then
    /// on all of them go their way, and cancellation ends the waiting only.
    /// </summary>
    /// <param name="parts">Number of a shard, each once, and its operation. The operations' memory may be reused when the task has ended, however it did.</param>
    /// <param name="cancellation">As above.</param>
    /// <exception cref="OverloadedException">Too much waits in front of one of the shards; nothing was sent to any.</exception>
    /// <exception cref="CapacityExceededException">The database has no memory for it; nothing was sent to any shard.</exception>
    public async Task<WriteReceipt> WriteAsync(
        IReadOnlyList<(int Shard, ShardOperation Operation)> parts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var incarnations = new List<ActorDoor.Incarnation>(parts.Count);
        ShardWrite[] writes;
        try
        {
            foreach (var (shard, _) in parts)
            {
                incarnations.Add(await Shards[shard].WriterAsync(cancellation).ConfigureAwait(false));
            }

            writes = Prepare(parts, cancellation);
        }
        catch
        {
            for (var i = 0; i < incarnations.Count; i++)
            {
                Shards[parts[i].Shard].Forgo();
            }

            throw;
        }

        for (var i = 0; i < writes.Length; i++)
        {
            Shards[parts[i].Shard].Send(incarnations[i], writes[i]);
        }

        var indexes = await Task.WhenAll(writes.Select(write => write.Completion)).WaitAsync(cancellation).ConfigureAwait(false);
        return new WriteReceipt(
            [.. indexes.Select((index, i) => new ShardPosition(parts[i].Shard, index)).OrderBy(position => position.Shard)],
            writes.Sum(write => write.Outcome.Changed),
            writes.Sum(write => write.Outcome.Refused));
    }

    /// <summary>What the shards that are open hold. Opens none, and waits for nobody.</summary>
    public IEnumerable<ShardStatistics> LoadedStatistics => Shards.Select(shard => shard.LoadedStatistics).OfType<ShardStatistics>();

    /// <summary>Gives back all the room on disk that can be given back.</summary>
    /// <param name="progress">Told how far it is, on a thread of the pool, one call after the other; how long a call takes holds up the completion only. May be null.</param>
    /// <param name="cancellation">Ends the waiting, not what was begun.</param>
    public async Task CompactAsync(IProgress<CompactionProgress>? progress, CancellationToken cancellation)
    {
        var reporter = progress is null ? null : new CompactionReporter(progress);
        await Task.WhenAll(Shards.Select(shard => shard.CompactAsync(reporter, cancellation))).ConfigureAwait(false);
        if (reporter is not null)
        {
            await reporter.CompleteAsync().WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until all that was acknowledged before is on disk, and every segment that wants a vector index has it.</summary>
    /// <param name="progress">As for <see cref="CompactAsync"/>.</param>
    /// <param name="cancellation">Ends the waiting, not what was begun.</param>
    public async Task IndexAsync(IProgress<IndexProgress>? progress, CancellationToken cancellation)
    {
        var reporter = progress is null ? null : new IndexReporter(progress);
        await Task.WhenAll(Shards.Select(shard => shard.IndexAsync(reporter, cancellation))).ConfigureAwait(false);
        if (reporter is not null)
        {
            await reporter.CompleteAsync().WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    internal static CollectionHandle Of(CollectionSchema schema, long creation, ShardEnvironment environment, Action<StartShard> start) => new(
        schema,
        creation,
        [.. Enumerable.Range(0, schema.ShardCount).Select(shard => new ShardHandle(new ShardIdentity(schema, creation, shard), environment, start))]);

    /// <summary>The name of a shard that no other of the database has or had: that of its directory, and of its actor.</summary>
    public static string ShardNameOf(long creation, int shard) => string.Create(CultureInfo.InvariantCulture, $"{creation}-{shard}");

    /// <summary>Under which a shard's events and snapshots are stored, for ever.</summary>
    internal static string PersistenceIdOf(CollectionSchema schema, long creation, int shard) =>
        string.Create(CultureInfo.InvariantCulture, $"shard/{schema.Name.StorageName}/{creation}/{shard}");

    /// <summary>Takes room at every shard and copies the operations; gives all of it back if that cannot be done everywhere.</summary>
    private ShardWrite[] Prepare(IReadOnlyList<(int Shard, ShardOperation Operation)> parts, CancellationToken cancellation)
    {
        var writes = new List<ShardWrite>(parts.Count);
        try
        {
            foreach (var (shard, operation) in parts)
            {
                var write = new ShardWrite(operation);
                Shards[shard].Reserve(write);
                writes.Add(write);
            }

            writes.ForEach(write => write.Encode());
            cancellation.ThrowIfCancellationRequested();
            return [.. writes];
        }
        catch (Exception e)
        {
            writes.ForEach(write => write.Fail(e));
            throw;
        }
    }
}
