using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorVectorStore.Index;

/// <summary>
/// The closest nodes that a walk has met, in ascending order of cost: candidates and results in one sorted array. A key is cost, node and whether the node was expanded, from the
/// highest bits to the lowest, so that one comparison orders both costs and ties. One thread.
/// </summary>
internal unsafe sealed class CandidatePool : IDisposable
{
    private const int CostShift = 32;
    private const ulong Expanded = 1;

    private readonly int _lanes = Vector512<ulong>.Count;
    private AlignedMemory _memory = new(0);
    private ulong* _keys;
    private int _capacity;

    /// <summary>Nodes in the pool.</summary>
    public int Count { get; private set; }

    /// <summary>The keys, ascending.</summary>
    public ReadOnlySpan<ulong> Keys => new(_keys, Count);

    /// <summary>Empties the pool, and sets how many nodes it keeps.</summary>
    public void Reset(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var bytes = ((long)capacity + 1 + _lanes) * sizeof(ulong);
        if (_memory.ByteCount < bytes)
        {
            _memory.Dispose();
            _memory = new AlignedMemory(bytes);
            _keys = (ulong*)_memory.Start;
        }

        (_capacity, Count) = (capacity, 0);
    }

    /// <summary>Keeps so many nodes from now on, at least as many as there are.</summary>
    public void Widen(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, Count);
        var count = Count;
        var kept = stackalloc ulong[count];
        Keys.CopyTo(new Span<ulong>(kept, count));
        Reset(capacity);
        new ReadOnlySpan<ulong>(kept, count).CopyTo(new Span<ulong>(_keys, count));
        Count = count;
    }

    /// <summary>A key of a node that was not expanded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong KeyOf(uint cost, uint node) => ((ulong)cost << CostShift) | (node << 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NodeOf(ulong key) => (uint)key >> 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CostOf(ulong key) => (uint)(key >> CostShift);

    /// <summary>What is not closer than this does not come in.</summary>
    public ulong Worst
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Count < _capacity ? ulong.MaxValue : _keys[Count - 1];
    }

    /// <summary>Adds a key less than <see cref="Worst"/>, in the place of the worst if the pool is full. Returns its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(ulong key)
    {
        var at = PlaceOf(key);
        var moved = Math.Min(Count, _capacity - 1) - at;
        Buffer.MemoryCopy(_keys + at, _keys + at + 1, moved * sizeof(ulong), moved * sizeof(ulong));
        _keys[at] = key;
        if (Count < _capacity)
            Count++;
        return at;
    }

    /// <summary>The first node from this place on that was not expanded, which then is; false if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryExpand(ref int from, out ulong key)
    {
        while (from < Count && (_keys[from] & Expanded) != 0)
            from++;
        if (from == Count)
        {
            key = 0;
            return false;
        }

        key = _keys[from];
        _keys[from++] |= Expanded;
        return true;
    }

    /// <summary>The node that would be expanded next, or the one at this place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Peek(int from) => from < Count ? NodeOf(_keys[from]) : 0;

    public void Dispose() => _memory.Dispose();

    // Keys below, counted eight at a time; the array is short, and no branch is guessed wrongly.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(ulong key)
    {
        var (first, length) = (0, Count);
        while (length > 64)
        {
            var half = length / 2;
            first = _keys[first + half] < key ? first + half : first;
            length -= half;
        }

        if (!Vector512.IsHardwareAccelerated)
        {
            var place = first;
            while (place < first + length && _keys[place] < key)
                place++;
            return place;
        }

        var wanted = Vector512.Create(key);
        var below = 0;
        for (var at = 0; at < length; at += Vector512<ulong>.Count)
            below += BitOperations.PopCount(Vector512.LessThan(Vector512.Load(_keys + first + at), wanted).ExtractMostSignificantBits() & MaskOf(length - at));
        return first + below;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MaskOf(int lanes) => lanes >= Vector512<ulong>.Count ? ulong.MaxValue : (1UL << lanes) - 1;
}
