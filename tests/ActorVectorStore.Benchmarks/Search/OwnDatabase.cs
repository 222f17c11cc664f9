using System.Diagnostics;
using ActorVectorStore.Benchmarks.Points;
using ActorVectorStore.Benchmarks.VectorSets;
using ActorVectorStore.Index;
using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Search;

/// <summary>
/// The whole engine over a set of vectors: one collection of one shard, each point with a payload, settled: all rows in files, compacted, and indexed. All limits as they come, but
/// that small segments are indexed, too. A caller waits for each answer before it asks again.
/// </summary>
internal sealed class OwnDatabase : IAsyncDisposable
{
    private const int BatchPoints = 1_000;

    private static readonly CollectionName Collection = CollectionName.Parse("vectors");

    private readonly VectorDatabase _database;
    private readonly SearchedVectors _vectors;

    private OwnDatabase(VectorDatabase database, SearchedVectors vectors) => (_database, _vectors) = (database, vectors);

    /// <summary>Seconds of writing all points.</summary>
    public double LoadSeconds { get; private set; }

    /// <summary>Seconds until all was compacted and indexed, after that.</summary>
    public double SettleSeconds { get; private set; }

    /// <summary>Segments that are left.</summary>
    public int Segments => Statistics.SegmentFiles;

    /// <summary>Bytes of codes and graphs in memory.</summary>
    public long IndexBytes => Statistics.VectorIndexBytes;

    private Storage.ShardStatistics Statistics => _database.HealthOf(Collection)[0].Statistics ?? throw new InvalidOperationException("The shard is not open.");

    /// <summary>Makes the database in an empty directory.</summary>
    public static async Task<OwnDatabase> MakeAsync(string directory, SearchedVectors vectors, BuildParameters built)
    {
        var database = new OwnDatabase(await VectorDatabase.OpenAsync(directory).ConfigureAwait(false), vectors);
        var index = new VectorIndexOptions { M = built.M, EfConstruct = built.EfConstruct, FullScanThreshold = 0 };
        var vector = VectorSchema.Dense("", vectors.Rows.Dimension, vectors.Set.Metric == Metric.Cosine ? Distance.Cosine : Distance.Euclid) with { Index = index };
        await database._database.CreateCollectionAsync(new CollectionSchema(Collection, [vector])).ConfigureAwait(false);
        var watch = Stopwatch.StartNew();
        await database.LoadAsync().ConfigureAwait(false);
        database.LoadSeconds = watch.Elapsed.TotalSeconds;
        watch.Restart();
        await database.SettleAsync().ConfigureAwait(false);
        database.SettleSeconds = watch.Elapsed.TotalSeconds;
        return database;
    }

    /// <summary>Searches by the collection's API.</summary>
    /// <param name="name">Name in tables.</param>
    /// <param name="fields">What answers carry.</param>
    public ISearcher SearcherOf(string name, PointFields fields) => new Searcher(name, fields, _database, _vectors);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task LoadAsync()
    {
        for (var first = 0; first < _vectors.Rows.Count; first += BatchPoints)
        {
            var batch = Enumerable.Range(first, Math.Min(BatchPoints, _vectors.Rows.Count - first)).Select(PointAt).ToArray();
            await PatientUpsert.RunAsync(_database, Collection, batch).ConfigureAwait(false);
        }
    }

    private async Task SettleAsync()
    {
        await _database.CompactAsync(Collection).ConfigureAwait(false);
        await _database.IndexAsync(Collection).ConfigureAwait(false);
        if (_database.HealthOf(Collection)[0].LastUpkeepFailure is { } failure)
            throw new InvalidOperationException("The database's upkeep failed.", failure);
    }

    private Point PointAt(int row)
    {
        var vector = new float[_vectors.Rows.Dimension];
        _vectors.Rows.Read(row, vector);
        return new Point(PointId.FromNumber((ulong)row), vector, PointCorpus.PayloadOf(row));
    }

    private sealed class Searcher(string name, PointFields fields, VectorDatabase database, SearchedVectors vectors) : ISearcher
    {
        private readonly float[][] _queries = [.. Enumerable.Range(0, vectors.Queries.Count).Select(query => vectors.Queries.Row(query).ToArray())];

        public string Name => name;

        public SearchPass Search(int ef, int threads) => SearchPass.Measure(_queries.Length, (found, ticks) =>
            Task.WhenAll(Enumerable.Range(0, threads).Select(caller => Task.Run(() => AskAsync(caller, threads, ef, found, ticks)))).GetAwaiter().GetResult());

        private async Task AskAsync(int first, int step, int ef, int[] found, long[] ticks)
        {
            var parameters = new SearchParameters { HnswEf = ef };
            for (var query = first; query < _queries.Length; query += step)
            {
                var start = Stopwatch.GetTimestamp();
                var request = new SearchRequest { Vector = _queries[query], Limit = VectorSet.Neighbours, Parameters = parameters, Fields = fields };
                var answer = await database.SearchAsync(Collection, request).ConfigureAwait(false);
                ticks[query] = Stopwatch.GetTimestamp() - start;
                for (var i = 0; i < VectorSet.Neighbours; i++)
                    found[(query * VectorSet.Neighbours) + i] = i < answer.Count ? (int)answer[i].Id.Number : -1;
            }
        }
    }
}
