using System.Globalization;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// What one event does to a shard, decided before anything is done: new rows are staged in the active segment, and rows elsewhere that they replace are looked up.
/// All that may fail, for want of memory or because a file is damaged, fails here; <see cref="Link"/> then cannot. Owner only.
/// </summary>
internal sealed class EventStage
{
    private readonly SegmentSet _segments;
    private readonly MutableSegment _active;
    private readonly long _index;
    private readonly List<Effect> _effects = [];
    private readonly List<(Segment Segment, int Row)> _replaced = [];

    /// <summary>Begins over whatever an event that failed has left.</summary>
    public EventStage(SegmentSet segments, long index)
    {
        (_segments, _active, _index) = (segments, segments.Active, index);
        _active.BeginStaging();
    }

    /// <summary>Rows outside the active segment that the event deletes.</summary>
    public IReadOnlyList<(Segment Segment, int Row)> Replaced => _replaced;

    /// <summary>Decides an operation after those that were added before.</summary>
    /// <exception cref="OverloadedException">The segment cannot hold so many rows.</exception>
    /// <exception cref="FileSystem.CorruptionException">The ids of a segment on disk are damaged.</exception>
    public void Add(ShardOperation operation)
    {
        switch (operation)
        {
            case UpsertPoints upsert:
                foreach (var point in upsert.Points)
                    Upsert(point.Id, point.Vector.Span, point.Payload.IsEmpty ? default : point.Payload.Utf8.Span);
                break;
            case DeletePoints delete:
                foreach (var id in delete.Ids)
                    Delete(id);
                break;
            default:
                throw new InvalidOperationException($"{operation.GetType().Name} has no way to be applied.");
        }
    }

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

    private void Upsert(PointId id, ReadOnlySpan<float> vector, ReadOnlySpan<byte> payload)
    {
        if (_active.StagedRows == MutableSegment.RowsMax)
            throw new OverloadedException("rows of a shard in memory", MutableSegment.RowsMax.ToString(CultureInfo.InvariantCulture));
        Replace(id);
        _active.Stage(id, vector, payload, _index);
        _effects.Add(new Effect(id, IsUpsert: true));
    }

    private void Delete(PointId id)
    {
        Replace(id);
        _effects.Add(new Effect(id, IsUpsert: false));
    }

    // An id that the active segment has or had lives nowhere else.
    private void Replace(PointId id)
    {
        if (_active.Knows(id))
            return;
        for (var i = _segments.Segments.Length - 2; i >= 0; i--)
        {
            var row = _segments.Segments[i].FindLive(id);
            if (row == Segment.None)
                continue;
            _replaced.Add((_segments.Segments[i], row));
            return;
        }
    }

    private readonly record struct Effect(PointId Id, bool IsUpsert);
}
