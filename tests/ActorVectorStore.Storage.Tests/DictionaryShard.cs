using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>The dumb twin of a shard: a sorted dictionary, and a search that computes every score in double precision and sorts them all.</summary>
internal sealed class DictionaryShard
{
    private readonly SortedDictionary<PointId, (Point Point, long Version)> _points;

    public DictionaryShard()
        : this([])
    {
    }

    private DictionaryShard(SortedDictionary<PointId, (Point, long)> points) => _points = points;

    public int Count => _points.Count;

    public IEnumerable<PointId> Ids => _points.Keys;

    public DictionaryShard Copy() => new(new SortedDictionary<PointId, (Point, long)>(_points));

    public void Apply(long index, IReadOnlyList<ShardOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (operation is UpsertPoints upsert)
            {
                foreach (var point in upsert.Points)
                    _points[point.Id] = (point, index);
            }
            else if (operation is DeletePoints delete)
            {
                foreach (var id in delete.Ids)
                    _points.Remove(id);
            }
        }
    }

    public (Point Point, long Version)? Get(PointId id) => _points.TryGetValue(id, out var found) ? found : null;

    public List<PointId> Scroll(PointId offset, int limit) => [.. _points.Keys.Where(id => id >= offset).Take(limit)];

    /// <summary>All points with their scores, best first, ties by id.</summary>
    public List<(PointId Id, double Score)> Search(Distance distance, ReadOnlyMemory<float> query)
    {
        var scored = _points.Values.Select(entry => (entry.Point.Id, Score: NaiveScore.Of(distance, query.Span, entry.Point.Vector.Span)));
        return distance.HigherIsBetter()
            ? [.. scored.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id)]
            : [.. scored.OrderBy(hit => hit.Score).ThenBy(hit => hit.Id)];
    }
}
