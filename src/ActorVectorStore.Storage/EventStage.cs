using System.Collections.Immutable;
using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// What one event does to a shard, decided before anything is done: new rows are staged in the active segment, and rows elsewhere that they replace are looked up.
/// All that may fail, for want of memory or because a file is damaged, fails here; <see cref="Link"/> then cannot. Owner only.
/// </summary>
internal sealed class EventStage
{
    /// <summary>
    /// Bytes of vectors and payloads that the operations of one event may copy, at most: those that change payloads, update vectors or delete them. What is copied is in memory at once, and a
    /// small request may ask for as much as there is. See <see cref="RowCopy.Bytes"/>. A part of what an operation means, so that it never changes.
    /// </summary>
    public const long CopiedBytesMax = 256L << 20;

    private const int Deleted = Segment.None;

    private readonly SegmentSet _segments;
    private readonly MutableSegment _active;
    private readonly long _index;
    private readonly long _copiedBytesMax;
    private readonly List<Effect> _effects = [];
    private readonly List<(Segment Segment, int Row)> _replaced = [];
    private readonly List<OperationOutcome> _outcomes = [];

    private readonly int _unnamedColumn;
    private long _copiedBytes;
    private float[]? _scratch;

    // What this event has made of the ids that it touched: a staged row, or Deleted. Only kept where some operation asks for it.
    private readonly Dictionary<PointId, int>? _touched;

    /// <summary>Begins over whatever an event that failed has left.</summary>
    public EventStage(ShardState state, long index, IReadOnlyList<ShardOperation> operations, long copiedBytesMax = CopiedBytesMax)
    {
        (_segments, _active, _index, _copiedBytesMax) = (state.Segments, state.Segments.Active, index, copiedBytesMax);
        (Pins, PayloadIndexes) = (state.Pins, state.PayloadIndexes.Current);
        _touched = operations.All(operation => operation is UpsertPoints or DeletePoints) ? null : [];
        _unnamedColumn = _active.ColumnOf("");
        _active.BeginStaging();
    }

    /// <summary>Rows outside the active segment that the event deletes.</summary>
    public IReadOnlyList<(Segment Segment, int Row)> Replaced => _replaced;

    /// <summary>What came of each operation.</summary>
    public IReadOnlyList<OperationOutcome> Outcomes => _outcomes;

    /// <summary>The pins after the event.</summary>
    public PinTable Pins { get; private set; }

    /// <summary>The payload indexes that are wanted after the event.</summary>
    public ImmutableArray<PayloadIndex> PayloadIndexes { get; private set; }

    /// <summary>Decides an operation after those that were added before.</summary>
    /// <exception cref="OverloadedException">The segment cannot hold so many rows.</exception>
    /// <exception cref="FileSystem.CorruptionException">What the decision needs is damaged on disk.</exception>
    public void Add(ShardOperation operation) => _outcomes.Add(operation switch
    {
        UpsertPoints upsert => Upsert(upsert.Points, (_, _) => true),
        ConditionalUpsert upsert => Upsert(upsert.Points, Decider(upsert.Condition)),
        DeletePoints delete => Delete(delete.Ids),
        DeleteMatching delete => Delete([.. Matching(delete.Filter).Select(row => row.Segment.IdOf(row.Row))]),
        PayloadOperation or UpdateVectors or DeleteVectors => Stage(CopiesOf(operation)),
        PinIndex pin => Pin(pin.Name.Value),
        ReleasePin release => Release(release.Name.Value),
        CreatePayloadIndex create => Create(create.Index),
        DropPayloadIndex drop => Drop(drop.Index),
        _ => throw new InvalidOperationException($"{operation.GetType().Name} has no way to be applied."),
    });

    /// <summary>Reads everything on disk that <see cref="Add"/> of this operation would read now, and stages nothing. The last thing that a stage is asked.</summary>
    /// <exception cref="FileSystem.CorruptionException">Some of it is damaged.</exception>
    public void Rehearse(ShardOperation operation)
    {
        switch (operation)
        {
            case UpsertPoints upsert:
                Look(upsert.Points.Select(point => point.Id));
                break;
            case ConditionalUpsert upsert:
                Rehearse(upsert);
                break;
            case DeletePoints delete:
                Look(delete.Ids);
                break;
            case DeleteMatching delete:
                Look(Matching(delete.Filter).Select(row => row.Segment.IdOf(row.Row)));
                break;
            case PayloadOperation or UpdateVectors or DeleteVectors:
                foreach (var copy in CopiesOf(operation).Rows)
                {
                    Look(copy.Segment.IdOf(copy.Row));
                    copy.ReadVectors(ref _scratch);
                }

                break;
        }
    }

    /// <summary>Gives up what was staged.</summary>
    public void Forget() => _active.BeginStaging();

    /// <summary>Makes all room that <see cref="Link"/> needs.</summary>
    public void Reserve()
    {
        _active.ReserveIndex();
        foreach (var (segment, row) in _replaced)
            segment.ReserveBurial(row);
    }

    /// <summary>Does what was decided; cannot fail. How many points there are more.</summary>
    public long Link()
    {
        var growth = 0L;
        foreach (var (segment, row) in _replaced)
            growth -= segment.Bury(row, _index) ? 1 : 0;
        foreach (var effect in _effects)
        {
            if (effect.IsUpsert)
                growth += _active.Link() ? 0 : 1;
            else if (_active.FindLive(effect.Id) is var row && row != Segment.None)
                growth -= _active.Bury(row, _index) ? 1 : 0;
        }

        return growth;
    }

    private void Look(IEnumerable<PointId> ids)
    {
        foreach (var id in ids)
            Look(id);
    }

    private void Look(PointId id)
    {
        if (!_active.Knows(id))
            FindElsewhere(id);
    }

    // What a condition asks of a point it asks once, however often the point is there.
    private void Rehearse(ConditionalUpsert upsert)
    {
        var (isWritten, asked) = (Decider(upsert.Condition), new HashSet<PointId>());
        for (var i = 0; i < upsert.Points.Count; i++)
        {
            if (!asked.Add(upsert.Points[i].Id))
                continue;
            Look(upsert.Points[i].Id);
            isWritten(i, upsert.Points[i]);
        }
    }

    private OperationOutcome Upsert(IReadOnlyList<Point> points, Func<int, Point, bool> isWritten)
    {
        var changed = 0;
        for (var i = 0; i < points.Count; i++)
        {
            if (!isWritten(i, points[i]))
                continue;
            StageVectors(Stage(points[i].Id, points[i].Payload), points[i]);
            changed++;
        }

        return new OperationOutcome(changed, points.Count - changed);
    }

    private Func<int, Point, bool> Decider(WriteCondition condition)
    {
        switch (condition)
        {
            case IfAbsent:
                return (_, point) => Find(point.Id) is null;
            case IfPresent:
                return (_, point) => Find(point.Id) is not null;
            case IfVersion version:
                return (number, point) => version.Versions[number] == (Find(point.Id) is { } row ? row.Segment.InsertedAt(row.Row) : 0);
            case IfMatches matches:
                return Decider(matches);
            default:
                throw new InvalidOperationException($"{condition.GetType().Name} has no way to be decided.");
        }
    }

    // A point that was left out is as it was: its payload, which may be large, is not asked again, however often the point is there.
    private Func<int, Point, bool> Decider(IfMatches matches)
    {
        var (filter, leftOut) = (RowFilter.Compile(matches.Filter)!, new HashSet<PointId>());
        return (_, point) =>
        {
            if (leftOut.Contains(point.Id))
                return false;
            var isWritten = Find(point.Id) is { } row ? Passes(filter, row) : matches.InsertsAbsent;
            if (!isWritten)
                leftOut.Add(point.Id);
            return isWritten;
        };
    }

    private OperationOutcome Delete(IReadOnlyList<PointId> ids)
    {
        foreach (var id in ids)
        {
            Replace(id);
            _effects.Add(new Effect(id, IsUpsert: false));
            _touched?[id] = Deleted;
        }

        return new OperationOutcome(ids.Count, 0);
    }

    /// <summary>
    /// The rows that an operation copies: what it is to do, decided for its rehearsal as for its application, so that one reads what the other reads. Rows are looked at only as far as
    /// they may be copied, and no vector is read.
    /// </summary>
    private Copies CopiesOf(ShardOperation operation) => operation switch
    {
        PayloadOperation change => CopiesOf(change),
        UpdateVectors update => CopiesOf(update.Updates),
        DeleteVectors delete => CopiesOf(delete),
        _ => throw new InvalidOperationException($"{operation.GetType().Name} copies nothing."),
    };

    private Copies CopiesOf(PayloadOperation change)
    {
        var (rows, edit) = (Chosen(change.Selection), change.ToEdit());
        return TryTake(Edited(rows, edit)) is { } copies
            ? new Copies(copies, new OperationOutcome(copies.Count, rows.Count - copies.Count))
            : Copies.TooLarge(rows.Count);
    }

    private Copies CopiesOf(IReadOnlyList<VectorUpdate> updates)
    {
        // A point is copied once, however many of the updates are about it: the last vector of each name is what is left.
        var (changed, points) = (0, new List<(Segment Segment, int Row, Dictionary<string, VectorValue?> Vectors)>());
        foreach (var ofPoint in updates.GroupBy(update => update.Id))
        {
            if (Find(ofPoint.Key) is not { } found)
                continue;
            var vectors = new Dictionary<string, VectorValue?>(StringComparer.Ordinal);
            foreach (var (name, value) in ofPoint.SelectMany(update => update.Vectors))
                vectors[name] = value;
            points.Add((found.Segment, found.Row, vectors));
            changed += ofPoint.Count();
        }

        return TryTake(points.Select(point => new RowCopy(point.Segment, point.Row, point.Segment.ReadPayload(point.Row), point.Vectors))) is { } copies
            ? new Copies(copies, new OperationOutcome(changed, updates.Count - changed))
            : Copies.TooLarge(updates.Count);
    }

    private Copies CopiesOf(DeleteVectors delete)
    {
        var without = delete.Names.ToDictionary(name => name, _ => (VectorValue?)null, StringComparer.Ordinal);
        var rows = Chosen(delete.Selection).FindAll(row => delete.Names.Any(name => row.Segment.HasVector(name, row.Row)));
        return TryTake(rows.Select(row => new RowCopy(row.Segment, row.Row, row.Segment.ReadPayload(row.Row), without))) is { } copies
            ? new Copies(copies, new OperationOutcome(copies.Count, 0))
            : Copies.TooLarge(rows.Count);
    }

    private static IEnumerable<RowCopy> Edited(List<(Segment Segment, int Row)> rows, PayloadEdit edit)
    {
        foreach (var (segment, row) in rows)
        {
            if (TryEdit(edit, segment.ReadPayload(row), out var payload))
                yield return new RowCopy(segment, row, payload, ImmutableDictionary<string, VectorValue?>.Empty);
        }
    }

    /// <summary>The copies, taken from the bytes that the event may copy; null if fewer are left, which is found out before more than that is read.</summary>
    private List<RowCopy>? TryTake(IEnumerable<RowCopy> copies)
    {
        var (taken, bytes) = (new List<RowCopy>(), _copiedBytes);
        foreach (var copy in copies)
        {
            bytes += copy.Bytes;
            if (bytes > _copiedBytesMax)
                return null;
            taken.Add(copy);
        }

        _copiedBytes = bytes;
        return taken;
    }

    private OperationOutcome Stage(Copies copies)
    {
        foreach (var copy in copies.Rows)
        {
            var row = Stage(copy.Segment.IdOf(copy.Row), copy.Payload);
            copy.CopyVectors(_active, row, ref _scratch);
            foreach (var (name, value) in copy.Vectors)
            {
                if (value is not null)
                    StageVector(row, name, value);
            }
        }

        return copies.Outcome;
    }

    private void StageVectors(int row, Point point)
    {
        if (!point.Vector.IsEmpty)
            _active.StageDense(row, _unnamedColumn, point.Vector.Span);
        foreach (var (name, value) in point.Named)
            StageVector(row, name, value);
    }

    private void StageVector(int row, string name, VectorValue value)
    {
        var column = _active.ColumnOf(name);
        switch (value)
        {
            case DenseVector dense:
                _active.StageDense(row, column, dense.Components.Span);
                break;
            case MultiVector multi:
                _active.StageMulti(row, column, multi.Components.Span);
                break;
            case SparseVector sparse:
                _active.StageSparse(row, column, new SparseEntries(sparse.Indices.Span, sparse.Values.Span));
                break;
            default:
                throw new InvalidOperationException($"{value.GetType().Name} has no column.");
        }
    }

    private static bool TryEdit(PayloadEdit edit, Payload payload, out Payload edited)
    {
        try
        {
            edited = edit.ApplyTo(payload);
            return true;
        }
        catch (InvalidRequestException)
        {
            edited = payload;
            return false;
        }
    }

    private OperationOutcome Pin(string name)
    {
        if (!Pins.Current.ContainsKey(name) && Pins.Current.Count == ShardManifestFormat.PinsMax)
            return new OperationOutcome(0, 1);
        var changed = Pins.Current.ContainsKey(name) ? 0 : 1;
        Pins = Pins.With(name, _index);
        return new OperationOutcome(changed, 0);
    }

    private OperationOutcome Release(string name)
    {
        var changed = Pins.Current.ContainsKey(name) ? 1 : 0;
        Pins = Pins.Without(name, _index);
        return new OperationOutcome(changed, 0);
    }

    private OperationOutcome Create(PayloadIndex index)
    {
        if (PayloadIndexes.Contains(index))
            return new OperationOutcome(0, 0);
        if (PayloadIndexes.Length == ModelLimits.PayloadIndexesMax)
            return new OperationOutcome(0, 1);
        PayloadIndexes = PayloadIndexes.Add(index);
        return new OperationOutcome(1, 0);
    }

    private OperationOutcome Drop(PayloadIndex index)
    {
        var changed = PayloadIndexes.Contains(index) ? 1 : 0;
        PayloadIndexes = PayloadIndexes.Remove(index);
        return new OperationOutcome(changed, 0);
    }

    private int Stage(PointId id, Payload payload)
    {
        if (_active.StagedRows == MutableSegment.RowsMax)
            throw new OverloadedException("rows of a shard in memory", MutableSegment.RowsMax.ToString(CultureInfo.InvariantCulture));
        Replace(id);
        _touched?[id] = _active.StagedRows;
        _effects.Add(new Effect(id, IsUpsert: true));
        return _active.Stage(id, payload.IsEmpty ? default : payload.Utf8.Span, _index);
    }

    // An id that the active segment has or had lives nowhere else. One that is touched twice is found twice, and deleted once.
    private void Replace(PointId id)
    {
        if (!_active.Knows(id) && FindElsewhere(id) is { } row)
            _replaced.Add(row);
    }

    private (Segment Segment, int Row)? FindElsewhere(PointId id)
    {
        for (var i = _segments.Segments.Length - 2; i >= 0; i--)
        {
            var row = _segments.Segments[i].FindLive(id);
            if (row != Segment.None)
                return (_segments.Segments[i], row);
        }

        return null;
    }

    /// <summary>The point as the operations before have left it.</summary>
    private (Segment Segment, int Row)? Find(PointId id)
    {
        if (_touched!.TryGetValue(id, out var staged))
            return staged == Deleted ? null : (_active, staged);
        var row = _active.FindLive(id);
        return row != Segment.None ? (_active, row) : _active.Knows(id) ? null : FindElsewhere(id);
    }

    private List<(Segment Segment, int Row)> Chosen(PointSelection selection)
    {
        if (selection is PointsMatching matching)
            return Matching(matching.Filter);
        var rows = new List<(Segment, int)>();
        foreach (var id in ((PointsById)selection).Ids.Distinct())
        {
            if (Find(id) is { } row)
                rows.Add(row);
        }

        return rows;
    }

    private List<(Segment Segment, int Row)> Matching(Filter condition)
    {
        var filter = RowFilter.Compile(condition)!;
        var rows = new List<(Segment, int)>();
        foreach (var segment in _segments.Segments)
        {
            if (segment is DiskSegment { HasIndexes: true } onDisk)
            {
                foreach (var row in onDisk.Matching(condition, onDisk.VisibleAt(Segment.Never - 1), CancellationToken.None))
                {
                    if (!_touched!.ContainsKey(segment.IdOf(row)))
                        rows.Add((segment, row));
                }

                continue;
            }

            for (var row = 0; row < segment.RowCount; row++)
            {
                if (segment.DeletedAt(row) == Segment.Never && !_touched!.ContainsKey(segment.IdOf(row)) && Passes(filter, (segment, row)))
                    rows.Add((segment, row));
            }
        }

        foreach (var staged in _touched!.Values)
        {
            if (staged != Deleted && Passes(filter, (_active, staged)))
                rows.Add((_active, staged));
        }

        return rows;
    }

    private static bool Passes(RowFilter filter, (Segment Segment, int Row) row) =>
        filter.Matches(row.Segment, row.Row);

    private readonly record struct Effect(PointId Id, bool IsUpsert);

    private readonly record struct Copies(IReadOnlyList<RowCopy> Rows, OperationOutcome Outcome)
    {
        public static Copies TooLarge(int points) => new([], new OperationOutcome(0, points, IsTooLarge: true));
    }
}
