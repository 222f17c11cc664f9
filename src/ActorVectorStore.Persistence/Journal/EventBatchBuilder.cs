using System.Buffers;

namespace ActorVectorStore.Persistence;

/// <summary>
/// Builds the payload of one batch in a pooled buffer: events are added, those of a write that turns out to be refused are taken back, and the
/// buffer is handed over with the batch. One thread at a time.
/// </summary>
internal sealed class EventBatchBuilder
{
    private const int FirstBytes = 4096;

    // How many of the last shapes are compared before an event gets one of its own again; a shape may be stored twice.
    private const int ShapesCompared = 8;

    private readonly List<EventShape> _shapes = [];
    private readonly SortedSet<string> _tags = new(StringComparer.Ordinal);
    private byte[]? _buffer;
    private long _firstSequence;

    /// <summary>Bytes so far, with the header.</summary>
    public int Bytes { get; private set; }

    /// <summary>Events so far.</summary>
    public int Count { get; private set; }

    /// <summary>Sequence number that the next event must have to be part of this batch.</summary>
    public long NextSequence => _firstSequence + Count;

    /// <summary>Where the batch stands; see <see cref="Rollback"/>.</summary>
    public Mark Current => new(Bytes, Count, _shapes.Count);

    public void Begin(long firstSequence, long timestamp)
    {
        _firstSequence = firstSequence;
        Count = 0;
        _shapes.Clear();
        _tags.Clear();
        _buffer ??= ArrayPool<byte>.Shared.Rent(FirstBytes);
        Bytes = EventBatchFormat.WriteHeader(_buffer, timestamp, compressed: false);
    }

    /// <summary>Adds the batch's next event. <paramref name="tags"/> are in ordinal order.</summary>
    public void Add(string writerGuid, string adapterManifest, int serializerId, string serializerManifest, ReadOnlySpan<string> tags, ReadOnlySpan<byte> payload)
    {
        var number = FindShape(writerGuid, adapterManifest, serializerId, serializerManifest, tags);
        EventShape? created = null;
        if (number < 0)
        {
            number = _shapes.Count;
            created = new EventShape(writerGuid, adapterManifest, serializerId, serializerManifest, tags.ToArray());
        }

        var size = EventBatchFormat.VariableSize((uint)number)
            + (created is null ? 0 : EventBatchFormat.ShapeSize(created))
            + EventBatchFormat.VariableSize((uint)payload.Length) + payload.Length;
        var target = Reserve(size);
        var length = EventBatchFormat.WriteVariable(target, (uint)number);
        if (created is not null)
        {
            length += EventBatchFormat.WriteShape(target[length..], created);
            _shapes.Add(created);
        }

        length += EventBatchFormat.WriteVariable(target[length..], (uint)payload.Length);
        payload.CopyTo(target[length..]);
        Bytes += size;
        Count++;
    }

    /// <summary>Takes back what was added since <paramref name="mark"/>.</summary>
    public void Rollback(Mark mark)
    {
        Bytes = mark.Bytes;
        Count = mark.Count;
        _shapes.RemoveRange(mark.Shapes, _shapes.Count - mark.Shapes);
    }

    /// <summary>Whether the batch may have these tags besides its own.</summary>
    public bool HasRoomFor(SortedSet<string> tags)
    {
        if (tags.Count == 0 || _tags.Count + tags.Count <= EventBatchFormat.TagsMax)
        {
            return true;
        }

        var added = 0;
        foreach (var tag in tags)
        {
            added += _tags.Contains(tag) ? 0 : 1;
        }

        return _tags.Count + added <= EventBatchFormat.TagsMax;
    }

    /// <summary>Adds tags to the batch's own, by which it is found.</summary>
    public void AddTags(SortedSet<string> tags)
    {
        if (tags.Count > 0)
        {
            _tags.UnionWith(tags);
        }
    }

    /// <summary>Hands over the batch with its buffer.</summary>
    public PreparedBatch Take(string persistenceId)
    {
        var buffer = _buffer!;
        _buffer = null;
        string[]? tags = _tags.Count == 0 ? null : [.. _tags];
        return new PreparedBatch(new Wal.EventBatch(persistenceId, _firstSequence, Count, buffer.AsMemory(0, Bytes), tags), buffer);
    }

    private int FindShape(string writerGuid, string adapterManifest, int serializerId, string serializerManifest, ReadOnlySpan<string> tags)
    {
        for (var number = _shapes.Count - 1; number >= 0 && number >= _shapes.Count - ShapesCompared; number--)
        {
            if (_shapes[number].Matches(writerGuid, adapterManifest, serializerId, serializerManifest, tags))
            {
                return number;
            }
        }

        return -1;
    }

    private Span<byte> Reserve(int size)
    {
        var needed = checked(Bytes + size);
        if (needed > _buffer!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
            _buffer.AsSpan(0, Bytes).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(Bytes, size);
    }

    /// <summary>A state to which the builder can go back.</summary>
    internal readonly record struct Mark(int Bytes, int Count, int Shapes);
}
