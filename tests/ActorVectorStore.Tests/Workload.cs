using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Tests;

/// <summary>
/// Seeded writes against a database and a dictionary: upserts that mostly replace, and deletes. It knows what was acknowledged and which one write
/// may or may not have happened.
/// </summary>
internal sealed class Workload(ulong seed)
{
    public const int Dimension = 4;
    private const int IdCount = 60;

    private readonly SeededRandom _random = new(seed);
    private Dictionary<PointId, Point> _points = [];
    private Dictionary<PointId, Point?> _pending = [];
    private int _written;

    public static CollectionSchema Schema { get; } = new(CollectionName.Parse("words"), Dimension, Distance.Euclid, 3);

    public IReadOnlyCollection<Point> Points => _points.Values;

    /// <summary>Another workload that knows the same, and goes on with other writes: for the other outcomes of one crash.</summary>
    public Workload Clone(ulong seed) => new(seed) { _points = new(_points), _pending = new(_pending), _written = _written };

    /// <summary>One write; it is expected to be there if this returns, and may be there if it throws.</summary>
    public async Task StepAsync(IVectorDatabase database)
    {
        var ids = Enumerable.Range(0, 1 + _random.Next(8)).Select(_ => Id()).Distinct().ToArray();
        if (_random.Chance(0.25))
        {
            _pending = ids.ToDictionary(id => id, _ => (Point?)null);
            await database.DeleteAsync(Schema.Name, ids);
        }
        else
        {
            var points = ids.Select(NewPoint).ToArray();
            _pending = points.ToDictionary(point => point.Id, point => (Point?)point);
            await database.UpsertAsync(Schema.Name, points);
        }

        foreach (var (id, point) in _pending)
        {
            Put(id, point);
        }

        _pending = [];
    }

    /// <summary>Every acknowledged write is there; each shard has all of the pending one or nothing of it; and nothing else is there.</summary>
    public async Task AssertHeldByAsync(IVectorDatabase database)
    {
        var found = await ReadAllAsync(database);
        foreach (var shard in _pending.GroupBy(write => ShardRouting.ShardOf(write.Key, Schema.ShardCount)))
        {
            if (shard.All(write => Equals(write.Value, found.GetValueOrDefault(write.Key))))
            {
                foreach (var (id, point) in shard)
                {
                    Put(id, point);
                }
            }
        }

        _pending = [];
        Assert.Equal(_points.Values.OrderBy(point => point.Id), found.Values.OrderBy(point => point.Id));
        Assert.Equal(_points.Count, await database.CountAsync(Schema.Name));
    }

    private static async Task<Dictionary<PointId, Point>> ReadAllAsync(IVectorDatabase database)
    {
        var found = new Dictionary<PointId, Point>();
        PointId? offset = null;
        do
        {
            var page = await database.ScrollAsync(Schema.Name, new ScrollRequest { Offset = offset, Limit = 7, Fields = PointFields.All });
            foreach (var record in page.Points)
            {
                found.Add(record.Id, new Point(record.Id, record.Vector!.Value, record.Payload));
            }

            offset = page.NextOffset;
        }
        while (offset is not null);
        return found;
    }

    private void Put(PointId id, Point? point)
    {
        if (point is null)
        {
            _points.Remove(id);
        }
        else
        {
            _points[id] = point;
        }
    }

    private PointId Id()
    {
        var n = _random.Next(IdCount);
        return n % 4 == 0 ? PointId.FromUuid(new Guid(n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)) : PointId.FromNumber((ulong)n);
    }

    private Point NewPoint(PointId id) => new(
        id,
        Enumerable.Range(0, Dimension).Select(_ => (float)_random.NextDouble() - 0.5f).ToArray(),
        Payload.Parse($$"""{"n":{{++_written}},"text":"{{new string('x', _random.Next(200))}}"}"""));
}
