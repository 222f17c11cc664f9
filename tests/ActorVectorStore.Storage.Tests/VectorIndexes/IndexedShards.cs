using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Shards whose segments are indexed however small they are, and seeded clustered points for them.</summary>
internal static class IndexedShards
{
    /// <summary>A collection that is indexed from the first vector on.</summary>
    public static CollectionSchema Schema(int dimension, Distance distance, ElementType elements = ElementType.Float32) => new(
        CollectionName.Parse("test"),
        [VectorSchema.Dense("", dimension, distance, elements) with { Index = new VectorIndexOptions { FullScanThreshold = 0, M = 8, EfConstruct = 60, HnswEf = 60 } }]);

    /// <summary>Points around a few centres, with a payload that has the cluster.</summary>
    public static Point[] Points(SeededRandom random, int first, int count, int dimension) =>
    [
        .. Enumerable.Range(first, count).Select(id =>
        {
            var cluster = random.Next(12);
            var centre = new SeededRandom((ulong)cluster + 99);
            var vector = new float[dimension];
            foreach (ref var component in vector.AsSpan())
                component = (float)((8 * centre.NextDouble()) - 4 + random.NextDouble());
            return new Point(PointId.FromNumber((ulong)id), vector, Payload.Parse($$"""{"cluster":{{cluster}}}"""));
        }),
    ];

    /// <summary>The part of the results of an exact search that a search by the index has too.</summary>
    public static double Recall(ReadView view, IEnumerable<SearchRequest> requests)
    {
        var (hits, all) = (0, 0);
        foreach (var request in requests)
        {
            var exact = view.Search(request with { Parameters = SearchParameters.Default with { Exact = true } });
            var found = view.Search(request);
            Assert.Equal(exact.Count, found.Count);
            hits += found.Select(point => (point.Id, point.Score)).Intersect(exact.Select(point => (point.Id, point.Score))).Count();
            all += exact.Count;
        }

        return all == 0 ? 1 : (double)hits / all;
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] ReadFile(this SimulatedFileSystem disk, string path)
    {
        using var file = disk.Open(path, FileOpening.ReadExisting);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes;
    }

    /// <summary>Searches with and without filters and offsets.</summary>
    public static IEnumerable<SearchRequest> Requests(SeededRandom random, int dimension, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var filter = random.Next(4) switch
            {
                0 => Filter.AllOf(Filter.Field("cluster").Is(random.Next(12))),
                1 => Filter.NoneOf(Filter.Field("cluster").Is(random.Next(12))),
                _ => null,
            };
            yield return new SearchRequest { Vector = Points(random, 1, 1, dimension)[0].Vector, Limit = random.Next(1, 12), Offset = random.Next(3), Filter = filter };
        }
    }
}
