using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>
/// The dumb twin of a shard: a sorted dictionary, a search that computes every score in double precision and sorts them all, filters that ask every point's tree, and
/// copies of itself for pins.
/// </summary>
internal sealed class DictionaryShard
{
    private readonly SortedDictionary<PointId, (Point Point, long Version)> _points;
    private readonly Dictionary<string, (long Index, DictionaryShard? Then)> _pins = [];
    private readonly List<PayloadIndex> _indexes = [];

    public DictionaryShard()
        : this([])
    {
    }

    private DictionaryShard(SortedDictionary<PointId, (Point, long)> points) => _points = points;

    public int Count => _points.Count;

    public IEnumerable<PointId> Ids => _points.Keys;

    /// <summary>The pinned indexes by name.</summary>
    public Dictionary<string, long> Pins => _pins.ToDictionary(pin => pin.Key, pin => pin.Value.Index);

    public IReadOnlyList<PayloadIndex> Indexes => _indexes;

    public DictionaryShard Copy()
    {
        var copy = CopyOfPoints();
        foreach (var (name, pin) in _pins)
            copy._pins.Add(name, pin);
        copy._indexes.AddRange(_indexes);
        return copy;
    }

    /// <summary>The points as they were when a pin was made.</summary>
    public DictionaryShard At(string pin) => _pins[pin].Then!;

    /// <summary>Does the operations one behind the other; what is expected to come of each.</summary>
    public List<OperationOutcome> Apply(long index, IReadOnlyList<ShardOperation> operations)
    {
        var outcomes = operations.Select(operation => Apply(index, operation)).ToList();

        // A pin keeps all of its event.
        foreach (var (name, _) in _pins.Where(pin => pin.Value.Then is null).ToArray())
            _pins[name] = (index, CopyOfPoints());
        return outcomes;
    }

    public (Point Point, long Version)? Get(PointId id) => _points.TryGetValue(id, out var found) ? found : null;

    public List<PointId> Scroll(PointId offset, int limit) => [.. _points.Keys.Where(id => id >= offset).Take(limit)];

    /// <summary>All points with their scores, best first, ties by id.</summary>
    public List<(PointId Id, double Score)> Search(Distance distance, ReadOnlyMemory<float> query, string name = "")
    {
        var scored = from entry in _points.Values
                     let vector = name.Length == 0 ? entry.Point.Vector : entry.Point.Named.Find(name) is DenseVector dense ? dense.Components : default
                     where !vector.IsEmpty
                     select (entry.Point.Id, Score: NaiveScore.Of(distance, query.Span, vector.Span));
        return distance.HigherIsBetter()
            ? [.. scored.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id)]
            : [.. scored.OrderBy(hit => hit.Score).ThenBy(hit => hit.Id)];
    }

    private DictionaryShard CopyOfPoints() => new(new SortedDictionary<PointId, (Point, long)>(_points));

    private OperationOutcome Apply(long index, ShardOperation operation) => operation switch
    {
        UpsertPoints upsert => Upsert(index, upsert.Points, _ => true),
        ConditionalUpsert upsert => Upsert(index, upsert.Points, number => Holds(upsert.Condition, number, upsert.Points[number].Id)),
        DeletePoints delete => Delete(delete.Ids),
        DeleteMatching delete => Delete(Matching(delete.Filter)),
        PayloadOperation change => Change(index, change),
        UpdateVectors update => Update(index, update.Updates),
        DeleteVectors delete => Delete(index, delete),
        PinIndex pin => Pin(index, pin.Name.Value),
        ReleasePin release => new OperationOutcome(_pins.Remove(release.Name.Value) ? 1 : 0, 0),
        CreatePayloadIndex create => Create(create.Index),
        DropPayloadIndex drop => new OperationOutcome(_indexes.Remove(drop.Index) ? 1 : 0, 0),
        _ => throw new NotSupportedException(),
    };

    private OperationOutcome Upsert(long index, IReadOnlyList<Point> points, Func<int, bool> isWritten)
    {
        var changed = 0;
        for (var number = 0; number < points.Count; number++)
        {
            if (!isWritten(number))
                continue;
            _points[points[number].Id] = (points[number], index);
            changed++;
        }

        return new OperationOutcome(changed, points.Count - changed);
    }

    private bool Holds(WriteCondition condition, int number, PointId id) => condition switch
    {
        IfAbsent => Get(id) is null,
        IfPresent => Get(id) is not null,
        IfVersion expected => expected.Versions[number] == (Get(id)?.Version ?? 0),
        IfMatches matches => Get(id) is { } found ? NaiveFilter.Matches(matches.Filter, found.Point) : matches.InsertsAbsent,
        _ => throw new NotSupportedException(),
    };

    private OperationOutcome Delete(IReadOnlyList<PointId> ids)
    {
        foreach (var id in ids)
            _points.Remove(id);
        return new OperationOutcome(ids.Count, 0);
    }

    private PointId[] Matching(Filter filter) => [.. _points.Values.Select(entry => entry.Point).Where(point => NaiveFilter.Matches(filter, point)).Select(point => point.Id)];

    private OperationOutcome Change(long index, PayloadOperation change)
    {
        var ids = Chosen(change.Selection);
        var refused = 0;
        foreach (var id in ids)
        {
            var point = _points[id].Point;
            try
            {
                _points[id] = (new Point(id, VectorsOf(point), change.ToEdit().ApplyTo(point.Payload)), index);
            }
            catch (InvalidRequestException)
            {
                refused++;
            }
        }

        return new OperationOutcome(ids.Length - refused, refused);
    }

    private OperationOutcome Update(long index, IReadOnlyList<VectorUpdate> updates)
    {
        var changed = 0;
        foreach (var update in updates.Where(update => _points.ContainsKey(update.Id)))
        {
            var point = _points[update.Id].Point;
            var kept = VectorsOf(point).Where(vector => update.Vectors.Find(vector.Name) is null);
            _points[update.Id] = (new Point(update.Id, new NamedVectors([.. kept, .. update.Vectors]), point.Payload), index);
            changed++;
        }

        return new OperationOutcome(changed, updates.Count - changed);
    }

    private OperationOutcome Delete(long index, DeleteVectors delete)
    {
        var changed = 0;
        foreach (var id in Chosen(delete.Selection))
        {
            var vectors = VectorsOf(_points[id].Point);
            var kept = vectors.Where(vector => !delete.Names.Contains(vector.Name)).ToArray();
            if (kept.Length == vectors.Count)
                continue;
            _points[id] = (new Point(id, new NamedVectors(kept), _points[id].Point.Payload), index);
            changed++;
        }

        return new OperationOutcome(changed, 0);
    }

    private PointId[] Chosen(PointSelection selection) =>
        selection is PointsById byId ? [.. byId.Ids.Distinct().Where(_points.ContainsKey)] : Matching(((PointsMatching)selection).Filter);

    private static NamedVectors VectorsOf(Point point) =>
        point.Vector.IsEmpty ? point.Named : new NamedVectors([new NamedVector("", new DenseVector(point.Vector)), .. point.Named]);

    private OperationOutcome Pin(long index, string name)
    {
        if (_pins.ContainsKey(name))
            return new OperationOutcome(0, 0);
        if (_pins.Count == ShardStore.PinsMax)
            return new OperationOutcome(0, 1);
        _pins.Add(name, (index, null));
        return new OperationOutcome(1, 0);
    }

    private OperationOutcome Create(PayloadIndex index)
    {
        if (_indexes.Contains(index))
            return new OperationOutcome(0, 0);
        if (_indexes.Count == ModelLimits.PayloadIndexesMax)
            return new OperationOutcome(0, 1);
        _indexes.Add(index);
        return new OperationOutcome(1, 0);
    }
}
