using ActorVectorStore.Model;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>A store of points as the storage suite drives it. A write is durable when its task completes.</summary>
internal interface IPointStore : IAsyncDisposable
{
    /// <summary>Writes that were refused because too many were under way, and tried again.</summary>
    long Refusals { get; }

    /// <summary>What its log held when it was opened.</summary>
    OpeningAccount Opening { get; }

    /// <summary>Writes points, whether they are there already or not.</summary>
    Task UpsertAsync(IReadOnlyList<Point> points);

    Task DeleteAsync(IReadOnlyList<PointId> ids);

    /// <summary>The whole point; null if it is not there.</summary>
    Task<Point?> GetAsync(PointId id);

    /// <summary>Points of a category, by reading payloads; null: all points.</summary>
    Task<long> CountAsync(string? category);

    /// <summary>Gives back all the room on disk that can be given back; returns when it is done.</summary>
    Task CompactAsync();

    /// <summary>What is on disk now.</summary>
    StoreFootprint Footprint();
}

/// <summary>What a store has on disk and in memory.</summary>
/// <param name="PointFileBytes">Files that hold the points.</param>
/// <param name="OtherFileBytes">Everything else in its directory: logs, catalogs, checkpoints.</param>
/// <param name="DeadRows">Rows whose room is not given back yet; null if the store does not say.</param>
/// <param name="MemoryBytes">Memory of rows that are not on disk and of maps from ids to rows, by its own account; null if it gives none.</param>
internal sealed record StoreFootprint(long PointFileBytes, long OtherFileBytes, long? DeadRows, long? MemoryBytes);

/// <summary>What a store's log held when it was opened.</summary>
/// <param name="ReadBytes">Log bytes read by opening the log, by its own account; null if it gives none.</param>
/// <param name="ReplayedBytes">Bytes of the log that are not in the files of points, which have to be applied again.</param>
/// <param name="TornBytes">Bytes after the log's end that belonged to a write which was never complete; null if it does not say.</param>
internal sealed record OpeningAccount(long? ReadBytes, long ReplayedBytes, long? TornBytes);

/// <summary>A store, where it is and what it is filled with.</summary>
/// <param name="Store">Name in the catalogue.</param>
/// <param name="Directory">Where its files are.</param>
/// <param name="Points">The points.</param>
/// <param name="Small">The small form: limits of ours so low that a few points reach them.</param>
internal sealed record StorePlace(string Store, string Directory, PointSet Points, bool Small);
