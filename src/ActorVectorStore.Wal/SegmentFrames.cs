using System.Buffers;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Wal;

/// <summary>
/// The event batches, tags and statements of one segment, in memory: what its index frame will say. Guarded by the log's gate; unchanging once the
/// segment is sealed, and gone once its index is written.
/// </summary>
internal sealed class SegmentFrames
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<Entry[]> _chunks = [];
    private readonly Dictionary<string, List<TaggedFrame>> _tags = [];
    private readonly Dictionary<StreamEntry, StreamState> _states = [];
    private readonly List<FrameReference> _relocated = [];

    /// <summary>Event batches that were appended here, not counting relocated ones.</summary>
    public int Count { get; private set; }

    /// <summary>Tags of the batches here, relocated ones included, in the order of their offsets.</summary>
    public IReadOnlyDictionary<string, List<TaggedFrame>> Tags => _tags;

    /// <summary>What the state frames here say of each stream.</summary>
    public IReadOnlyDictionary<StreamEntry, StreamState> States => _states;

    /// <summary>Batches relocated here.</summary>
    public IReadOnlyList<FrameReference> Relocated => _relocated;

    /// <summary>Adds an appended batch behind the one of index <paramref name="previous"/> of its stream, or -1; returns its index.</summary>
    public int Add(in FrameReference frame, int previous)
    {
        if (Count >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(ArrayPool<Entry>.Shared.Rent(ChunkSize));
        }

        var index = Count++;
        _chunks[index >> ChunkBits][index & (ChunkSize - 1)] = new Entry(frame, previous);
        return index;
    }

    /// <summary>Streams with batches appended here, each with the index of its last one. Looks at all of them.</summary>
    public Dictionary<StreamEntry, int> LastFrames()
    {
        var last = new Dictionary<StreamEntry, int>();
        for (var index = 0; index < Count; index++)
        {
            last[this[index].Frame.Stream] = index;
        }

        return last;
    }

    public void AddRelocated(in FrameReference frame) => _relocated.Add(frame);

    public void AddTags(IReadOnlyList<string>? tags, long firstOrdinal, int count, uint offset, bool isRelocated)
    {
        if (tags is null)
        {
            return;
        }

        for (var i = 0; i < tags.Count; i++)
        {
            ref var frames = ref CollectionsMarshal.GetValueRefOrAddDefault(_tags, tags[i], out _);
            if (frames is not { Count: > 0 } || frames[^1].Offset != offset)
            {
                // A tag that the batch has twice counts once.
                (frames ??= []).Add(new TaggedFrame(firstOrdinal, count, offset, isRelocated));
            }
        }
    }

    /// <summary>Of several statements about a stream the highest holds.</summary>
    public void AddState(StreamEntry stream, StreamState state)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, stream, out _);
        known = new StreamState(
            Math.Max(known.HighestSequence, state.HighestSequence), Math.Max(known.DeletedTo, state.DeletedTo));
    }

    /// <summary>A stream's batches from its first to the one of index <paramref name="lastFrame"/>.</summary>
    public FrameReference[] Of(int lastFrame)
    {
        var frames = new FrameReference[CountOf(lastFrame)];
        Copy(lastFrame, frames);
        return frames;
    }

    /// <summary>Number of a stream's batches from its first to the one of index <paramref name="lastFrame"/>.</summary>
    public int CountOf(int lastFrame)
    {
        var count = 0;
        for (var index = lastFrame; index >= 0; index = this[index].Previous)
        {
            count++;
        }

        return count;
    }

    /// <summary>Copies a stream's batches, as many as there are, in ascending order.</summary>
    public void Copy(int lastFrame, Span<FrameReference> frames)
    {
        var count = frames.Length;
        for (var index = lastFrame; index >= 0; index = this[index].Previous)
        {
            frames[--count] = this[index].Frame;
        }
    }

    /// <summary>Gives the memory back. Nobody may use this object afterwards.</summary>
    public void Release()
    {
        foreach (var chunk in _chunks)
        {
            ArrayPool<Entry>.Shared.Return(chunk);
        }

        _chunks.Clear();
        Count = 0;
    }

    /// <summary>The batches with a tag that begin before <paramref name="end"/>.</summary>
    public TaggedFrame[] Tagged(string tag, uint end) =>
        _tags.TryGetValue(tag, out var frames) ? [.. frames.TakeWhile(frame => frame.Offset < end)] : [];

    private ref readonly Entry this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    private readonly record struct Entry(FrameReference Frame, int Previous);
}
