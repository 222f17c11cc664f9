using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>
/// What the clients of a shard know: every acknowledged event, and what the shard has to answer at each index. The digests come from a shard that is never flushed.
/// </summary>
internal sealed class ShardHistory
{
    private static readonly Filter Filter = Model.Filter.AllOf(Model.Filter.Field("n").AtLeast(500_000));

    private static readonly PointId[] AllIds =
    [
        .. Enumerable.Range(0, 100).Select(n => PointId.FromNumber((ulong)n)),
        .. Enumerable.Range(0, 7).Select(b => PointId.FromUuid(new Guid(b, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte)b))),
    ];

    private readonly List<ShardOperation[]> _events = [[]];
    private readonly List<DictionaryShard> _twins = [new()];
    private readonly List<List<OperationOutcome>> _outcomes = [[]];
    private readonly List<UInt128> _digests = [];
    private ShardStore? _plain;

    public ShardHistory(CollectionSchema schema)
    {
        Schema = schema;
        using var empty = Shards.Empty(schema);
        _digests.Add(Shards.Digest(empty));
    }

    private ShardHistory(ShardHistory other) =>
        (Schema, _events, _twins, _outcomes, _digests) = (other.Schema, [.. other._events], [.. other._twins], [.. other._outcomes], [.. other._digests]);

    public CollectionSchema Schema { get; }

    public long LastIndex => _events.Count - 1;

    public ShardHistory Copy() => new(this);

    public ShardOperation[] EventAt(long index) => _events[(int)index];

    /// <summary>What has to come of an event, however often it is applied.</summary>
    public IReadOnlyList<OperationOutcome> OutcomesAt(long index) => _outcomes[(int)index];

    public DictionaryShard TwinAt(long index) => _twins[(int)index];

    public void Add(params ShardOperation[] operations)
    {
        _events.Add(operations);
        var twin = _twins[^1].Copy();
        _outcomes.Add(twin.Apply(LastIndex, operations));
        _twins.Add(twin);
    }

    /// <summary>The view answers everything as the shard was at its index.</summary>
    public void AssertSame(ReadView view)
    {
        var twin = TwinAt(view.Index);
        var expected = twin.Ids.Select(id => twin.Get(id)!.Value).Select(found => (found.Point, found.Version)).ToArray();
        Assert.Equal(expected.Length, view.Count);
        AssertEqual(expected, view.Scroll(new ScrollRequest { Limit = 100, Fields = PointFields.All }).Points.Select(PairOf));
        AssertEqual(expected.Select(point => point.Point.Id), IdsByPages(view, 3));
        AssertEqual(expected, view.Get(AllIds, PointFields.All).Select(PairOf).OrderBy(pair => pair.Point.Id));
        foreach (var filter in Schema.Vectors.Select(vector => Model.Filter.NoneOf(Model.Filter.HasVector(vector.Name))).Append(Filter))
            Assert.Equal(expected.Count(pair => NaiveFilter.Matches(filter, pair.Point)), view.CountMatching(filter));
        foreach (var vector in Schema.Vectors.Where(vector => vector.Kind == VectorKind.Dense))
            AssertSameSearch(view, twin, vector);
        Assert.Equal(DigestAt(view.Index), view.ContentDigest());
    }

    // Made when asked for: most crash tests only look at the end.
    private UInt128 DigestAt(long index)
    {
        _plain ??= Shards.Empty(Schema);
        while (_plain.AppliedIndex < index)
        {
            _plain.Apply(_plain.AppliedIndex + 1, EventAt(_plain.AppliedIndex + 1));
            if (_plain.AppliedIndex == _digests.Count)
                _digests.Add(Shards.Digest(_plain));
        }

        return _digests[(int)index];
    }

    private static void AssertSameSearch(ReadView view, DictionaryShard twin, VectorSchema vector)
    {
        var query = Enumerable.Range(1, vector.Dimension).Select(n => (float)n).ToArray();
        var scores = twin.Search(vector.Distance, query, vector.Name).ToDictionary(hit => hit.Id, hit => hit.Score);
        var hits = view.Search(new SearchRequest { Vector = query, Using = vector.Name, Limit = 100, Fields = PointFields.None });
        Assert.Equal(scores.Count, hits.Count);
        foreach (var hit in hits)
            Assert.Equal(scores[hit.Id], hit.Score, 1e-5);
    }

    // The slow comparison, which says what differs, only where something does.
    private static void AssertEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual)
    {
        if (actual.ToArray() is var found && !expected.SequenceEqual(found))
            Assert.Equal(expected, found);
    }

    private static (Point Point, long Version) PairOf(PointRecord record)
    {
        NamedVector[] unnamed = record.Vector is { } vector ? [new NamedVector("", new DenseVector(vector))] : [];
        return (new Point(record.Id, new NamedVectors([.. unnamed, .. record.Named!]), record.Payload), record.Version);
    }

    private static List<PointId> IdsByPages(ReadView view, int limit)
    {
        var ids = new List<PointId>();
        PointId? offset = null;
        do
        {
            var page = view.Scroll(new ScrollRequest { Offset = offset, Limit = limit, Fields = PointFields.None });
            ids.AddRange(page.Points.Select(record => record.Id));
            offset = page.NextOffset;
        }
        while (offset is not null);
        return ids;
    }
}
