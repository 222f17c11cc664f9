using System.Runtime.InteropServices;

namespace ActorVectorStore.Wal;

/// <summary>What the log keeps in memory of one stream. Guarded by the log's gate.</summary>
internal sealed class StreamEntry(string name)
{
    private readonly List<StreamExtent> _extents = [];

    public string Name { get; } = name;

    /// <summary>Place in the order of the log's streams; -1 until something of the stream is durable.</summary>
    public int Number { get; set; } = -1;

    /// <summary>Highest durable sequence number.</summary>
    public long HighestSequence { get; private set; }

    /// <summary>Events up to here are durably deleted.</summary>
    public long DeletedTo { get; private set; }

    /// <summary>Highest sequence number accepted for a commit; at least <see cref="HighestSequence"/>.</summary>
    public long AcceptedSequence { get; set; }

    /// <summary>Highest sequence number given to a frame, durable or not. Only the commit touches it.</summary>
    public long WrittenSequence { get; set; }

    /// <summary>Appends and deletions accepted and not yet completed.</summary>
    public int Pending { get; set; }

    /// <summary>Segment with the newest evidence of <see cref="HighestSequence"/>.</summary>
    public uint HighestSegment { get; private set; }

    /// <summary>Segment with the newest evidence of <see cref="DeletedTo"/>; 0 while nothing was deleted.</summary>
    public uint DeletedSegment { get; private set; }

    /// <summary>Where the stream's batches are, by ascending sequence numbers and without overlap.</summary>
    public ReadOnlySpan<StreamExtent> Extents => CollectionsMarshal.AsSpan(_extents);

    public StreamState State => new(HighestSequence, DeletedTo);

    /// <summary>
    /// Takes in evidence found or written in a segment, in any order of the segments. The highest statement holds, wherever it is; of several equal
    /// ones the latest segment is the better place to find it.
    /// </summary>
    public void Learn(StreamState state, uint segment)
    {
        if (state.HighestSequence >= HighestSequence)
        {
            HighestSegment = state.HighestSequence > HighestSequence ? segment : Math.Max(HighestSegment, segment);
            HighestSequence = state.HighestSequence;
        }

        if (state.DeletedTo > 0 && state.DeletedTo >= DeletedTo)
        {
            DeletedSegment = state.DeletedTo > DeletedTo ? segment : Math.Max(DeletedSegment, segment);
            DeletedTo = state.DeletedTo;
        }

        AcceptedSequence = Math.Max(AcceptedSequence, HighestSequence);
    }

    /// <summary>Index of the stream's last batch in the segment being written; -1 if it has none there that is not deleted.</summary>
    public int LastFrameIn(Segment segment)
    {
        var extents = Extents;
        return extents.Length > 0 && extents[^1].Segment == segment && !extents[^1].IsRelocated ? extents[^1].LastFrame : -1;
    }

    /// <summary>Adds a batch that was appended to the segment being written, joining it to that segment's extent.</summary>
    public void AddAppended(Segment segment, long firstSequence, int count, long bytes, int frame)
    {
        var last = firstSequence + count - 1;
        var extents = CollectionsMarshal.AsSpan(_extents);
        if (extents.Length > 0 && extents[^1].Segment == segment && !extents[^1].IsRelocated)
        {
            ref var extent = ref extents[^1];
            extent.LastSequence = last;
            extent.Bytes += bytes;
            extent.LastFrame = frame;
        }
        else
        {
            Add(new StreamExtent(segment, firstSequence, last, bytes, isRelocated: false) { LastFrame = frame });
        }

        segment.LiveBytes += bytes;
    }

    /// <summary>Adds an extent at its place, unless all of it is deleted.</summary>
    public void Add(in StreamExtent extent)
    {
        if (extent.LastSequence <= DeletedTo)
        {
            return;
        }

        var index = _extents.Count;
        while (index > 0 && _extents[index - 1].FirstSequence > extent.FirstSequence)
        {
            index--;
        }

        _extents.Insert(index, extent);
    }

    /// <summary>The extent of which some but not all batches are deleted, if there is one that is in a segment's index.</summary>
    public StreamExtent? PartlyDeleted() =>
        _extents.Count > 0 && _extents[0] is { IsRelocated: false } first && first.FirstSequence <= DeletedTo ? first : null;

    /// <summary>Lets go of the extents whose batches are all deleted.</summary>
    public void DropDeleted()
    {
        var dead = 0;
        foreach (ref readonly var extent in Extents)
        {
            if (extent.LastSequence > DeletedTo)
            {
                break;
            }

            extent.Segment.LiveBytes -= extent.Bytes;
            dead++;
        }

        _extents.RemoveRange(0, dead);
    }

    /// <summary>Where a sealed segment's index has this stream; false if all of it there is deleted.</summary>
    public bool TryFindBlock(Segment segment, out int block)
    {
        foreach (ref readonly var extent in Extents)
        {
            if (extent.Segment == segment && !extent.IsRelocated)
            {
                block = extent.Block;
                return block >= 0;
            }
        }

        block = -1;
        return false;
    }

    /// <summary>Lets go of the extents in a segment that leaves the log.</summary>
    public void DropSegment(Segment segment) => _extents.RemoveAll(extent => extent.Segment == segment);

    /// <summary>The extent was found to hold fewer live bytes than assumed, since its first batches are deleted.</summary>
    public void Shrink(Segment segment, long firstLiveSequence, long liveBytes)
    {
        foreach (ref var extent in CollectionsMarshal.AsSpan(_extents))
        {
            if (extent.Segment == segment && !extent.IsRelocated)
            {
                segment.LiveBytes -= extent.Bytes - liveBytes;
                extent.Bytes = liveBytes;
                extent.FirstSequence = firstLiveSequence;
                return;
            }
        }
    }

    /// <summary>The segment's index is in its file now: its extents are found there instead of in memory.</summary>
    public void MoveToIndex(Segment segment, int block)
    {
        foreach (ref var extent in CollectionsMarshal.AsSpan(_extents))
        {
            if (extent.Segment == segment && !extent.IsRelocated)
            {
                extent.Block = block;
                extent.LastFrame = -1;
            }
        }
    }
}
