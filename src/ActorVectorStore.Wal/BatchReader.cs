namespace ActorVectorStore.Wal;

/// <summary>
/// Reads batches forward, as they were when the reader was made: later appends do not show, and what is deleted later may or may not. Not
/// thread-safe; several readers run side by side. Holds the segment files it needs until it is disposed of.
/// </summary>
public sealed class BatchReader : IDisposable
{
    private readonly LogIndex _index;
    private readonly FrameWindow _window;
    private readonly IBatchSource _source;
    private readonly Segment[] _leases;
    private (Segment Segment, uint Offset)? _next;
    private bool _isDisposed;

    internal BatchReader(LogIndex index, FrameWindow window, IBatchSource source, Segment[] leases)
    {
        (_index, _window, _source, _leases) = (index, window, source, leases);
    }

    /// <summary>The batch on which the reader stands. Its payload is valid until the next call of any member.</summary>
    public StoredBatch Current { get; private set; }

    /// <summary>Goes on to the next batch that has an event which is not deleted; false at the end.</summary>
    /// <exception cref="ActorVectorStore.FileSystem.CorruptionException">The next batch is damaged; the reader stays before it.</exception>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while ((_next ??= NextPlace()) is var (segment, offset))
        {
            var payload = _window.ReadIndexed(segment, offset, out var header, out var meta);
            _next = null;
            var frame = new EventBatchFrame.Reader(meta.Span);
            if (Find(frame.StreamUtf8, out var deletedTo) is { } stream && frame.FirstSequence + frame.Count - 1 > deletedTo)
            {
                Current = new StoredBatch(
                    stream, frame.FirstSequence, frame.Count, header.FirstOrdinal, new WalPosition(segment.Number, offset), payload);
                return true;
            }
        }

        Current = default;
        return false;
    }

    /// <summary>Lets go of the segment files.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            foreach (var segment in _leases)
            {
                segment.EndLease();
            }
        }
    }

    private (Segment Segment, uint Offset)? NextPlace() =>
        _source.TryNext(_window, out var segment, out var offset) ? (segment, offset) : null;

    private string? Find(ReadOnlySpan<byte> utf8, out long deletedTo)
    {
        lock (_index.Gate)
        {
            var stream = _index.Find(utf8);
            deletedTo = stream?.DeletedTo ?? 0;
            return stream?.Name;
        }
    }
}
