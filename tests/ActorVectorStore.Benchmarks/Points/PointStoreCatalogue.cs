using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>The stores that suites measure.</summary>
internal static class PointStoreCatalogue
{
    public const string Ours = "ours";
    public const string Sqlite = "SQLite";

    /// <summary>Ours, with a vector index however small it is.</summary>
    public const string OursIndexed = "ours, indexed";

    /// <summary>Ours, without any vector index.</summary>
    public const string OursUnindexed = "ours, not indexed";

    /// <summary>Those that the storage suite compares.</summary>
    public static IReadOnlyList<string> Names { get; } = [Ours, Sqlite];

    /// <summary>How many batches of a store may be under way at once: ours is asked by several callers too, SQLite has one writer.</summary>
    public static IReadOnlyList<int> InFlightOf(string store) => store == Ours ? [1, 4] : [1];

    /// <summary>Opens a store, or makes one in an empty directory.</summary>
    public static async Task<IPointStore> OpenAsync(StorePlace place) => place.Store switch
    {
        Ours => await OwnPointStore.OpenAsync(place).ConfigureAwait(false),
        OursIndexed => await OwnPointStore.OpenAsync(place, new VectorIndexOptions { FullScanThreshold = 0 }).ConfigureAwait(false),
        OursUnindexed => await OwnPointStore.OpenAsync(place, new VectorIndexOptions { FullScanThreshold = VectorIndexOptions.FullScanThresholdMax }).ConfigureAwait(false),
        Sqlite => SqlitePointStore.Open(place.Directory),
        _ => throw new ArgumentException($"There is no store {place.Store}.", nameof(place)),
    };
}
