using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>
/// The closest rows that were offered, at most a given number: a heap with the worst at its root. Equal costs are ordered by row number, so the result does not depend on the order
/// of offers. One thread.
/// </summary>
public sealed class ClosestRows : IRowSink
{
    private const int CostShift = 32;
    private const uint SignBit = 0x8000_0000;

    // Cost and row as one number that orders both.
    private readonly ulong[] _heap;
    private readonly int _firstRow;

    /// <summary>An empty heap.</summary>
    /// <param name="capacity">Rows kept, at least 1.</param>
    /// <param name="firstRow">What is added to the numbers of rows that are offered.</param>
    public ClosestRows(int capacity, int firstRow = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _heap = new ulong[capacity];
        _firstRow = firstRow;
        Bound = float.PositiveInfinity;
    }

    /// <summary>Rows kept.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public float Bound { get; private set; }

    /// <inheritdoc/>
    public void Offer(float cost, int row)
    {
        var key = KeyOf(cost, (uint)(row + _firstRow));
        if (Count < _heap.Length)
            RiseFrom(Count++, key);
        else if (key < _heap[0])
            SinkFromRoot(key);
        else
            return;
        if (Count == _heap.Length)
            Bound = CostOf(_heap[0]);
    }

    /// <summary>The rows kept, closest first.</summary>
    public (int Row, float Cost)[] ToArray()
    {
        var keys = _heap.AsSpan(0, Count).ToArray();
        Array.Sort(keys);
        return Array.ConvertAll(keys, key => ((int)(uint)key, CostOf(key)));
    }

    // The bits of singles order like integers once negative ones are turned over. Zero has one sign here.
    private static ulong KeyOf(float cost, uint row)
    {
        var bits = BitConverter.SingleToUInt32Bits(cost + 0f);
        return ((ulong)((bits & SignBit) == 0 ? bits | SignBit : ~bits) << CostShift) | row;
    }

    private static float CostOf(ulong key)
    {
        var ordered = (uint)(key >> CostShift);
        return BitConverter.UInt32BitsToSingle((ordered & SignBit) == 0 ? ~ordered : ordered & ~SignBit);
    }

    private void RiseFrom(int at, ulong key)
    {
        while (at > 0 && key > _heap[(at - 1) / 2])
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _heap[at] = key;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SinkFromRoot(ulong key)
    {
        var at = 0;
        while ((2 * at) + 1 < Count)
        {
            var child = (2 * at) + 1;
            if (child + 1 < Count && _heap[child + 1] > _heap[child])
                child++;
            if (_heap[child] <= key)
                break;
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = key;
    }
}
