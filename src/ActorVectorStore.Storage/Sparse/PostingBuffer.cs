namespace ActorVectorStore.Storage;

/// <summary>
/// Postings of a sparse column, put in by ascending row, then taken out by dimension. When it is full it gives up the higher dimensions that it has. One thread.
/// </summary>
/// <param name="capacity">Postings, at most, unless one dimension alone has more; at least 2. Each takes 24 bytes.</param>
internal sealed class PostingBuffer(int capacity)
{
    private const int SampleCount = 1_024;
    private const int DigitBits = 8;
    private const int CapacityMin = 1_024;

    // Dimension and row in a number that is ordered as they are, and the weight. The second ones are where postings go while they are sorted.
    private (ulong[] Keys, float[] Weights) _postings = ([], []);
    private (ulong[] Keys, float[] Weights) _other = ([], []);

    /// <summary>Postings.</summary>
    public int Count { get; private set; }

    /// <summary>Postings that fit in.</summary>
    public int Room => _postings.Keys.Length - Count;

    /// <summary>A posting's dimension.</summary>
    public uint DimensionOf(int posting) => DimensionOf(_postings.Keys[posting]);

    /// <summary>A posting's row.</summary>
    public uint RowOf(int posting) => (uint)_postings.Keys[posting];

    /// <summary>The weights of some postings.</summary>
    public ReadOnlySpan<float> Weights(Range postings) => _postings.Weights.AsSpan(postings);

    /// <summary>Takes all out.</summary>
    public void Clear() => Count = 0;

    /// <summary>Puts postings of a row in, for which there is room.</summary>
    public void Add(int row, ReadOnlySpan<uint> dimensions, ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < dimensions.Length; i++)
            _postings.Keys[Count + i] = ((ulong)dimensions[i] << 32) | (uint)row;
        weights.CopyTo(_postings.Weights.AsSpan(Count));
        Count += dimensions.Length;
    }

    /// <summary>Makes room: by growing, or by giving up dimensions.</summary>
    /// <returns>The lowest dimension that was given up; null if none was.</returns>
    public uint? MakeRoom()
    {
        if (_postings.Keys.Length < capacity)
        {
            Grow(Math.Min(capacity, Math.Max(CapacityMin, _postings.Keys.Length * 2)));
            return null;
        }

        if (Cut() is not { } cut)
        {
            Grow(_postings.Keys.Length * 2);
            return null;
        }

        var (from, to) = (_postings, 0);
        for (var i = 0; i < Count; i++)
        {
            if (DimensionOf(from.Keys[i]) < cut)
                (from.Keys[to], from.Weights[to++]) = (from.Keys[i], from.Weights[i]);
        }

        Count = to;
        return cut;
    }

    /// <summary>Sorts by dimension; postings of one stay in the order of their rows. (Knuth: The Art of Computer Programming 3, 5.2.5.)</summary>
    public void Sort()
    {
        if (_other.Keys.Length < _postings.Keys.Length)
            _other = (new ulong[_postings.Keys.Length], new float[_postings.Keys.Length]);
        for (var shift = 32; shift < 64; shift += DigitBits)
            Distribute(shift);
    }

    private static uint DimensionOf(ulong key) => (uint)(key >> 32);

    private void Grow(int length)
    {
        Array.Resize(ref _postings.Keys, length);
        Array.Resize(ref _postings.Weights, length);
    }

    // About the middle, as a sample has it, but above the lowest; null if there is no other.
    private uint? Cut()
    {
        var (lowest, second) = (long.MaxValue, long.MaxValue);
        foreach (var key in _postings.Keys.AsSpan(0, Count))
        {
            var dimension = DimensionOf(key);
            if (dimension < lowest)
                (lowest, second) = (dimension, lowest);
            else if (dimension > lowest)
                second = Math.Min(second, dimension);
        }

        if (second == long.MaxValue)
            return null;
        var sample = new uint[Math.Min(Count, SampleCount)];
        for (var i = 0; i < sample.Length; i++)
            sample[i] = DimensionOf(_postings.Keys[(int)((long)i * Count / sample.Length)]);
        Array.Sort(sample);
        return Math.Max((uint)second, sample[sample.Length / 2]);
    }

    private void Distribute(int shift)
    {
        Span<int> starts = stackalloc int[1 << DigitBits];
        starts.Clear();
        var (from, to) = (_postings, _other);
        foreach (var key in from.Keys.AsSpan(0, Count))
            starts[(byte)(key >> shift)]++;
        if (starts.Contains(Count))
            return;
        var sum = 0;
        foreach (ref var start in starts)
            (start, sum) = (sum, sum + start);
        for (var i = 0; i < Count; i++)
        {
            var place = starts[(byte)(from.Keys[i] >> shift)]++;
            (to.Keys[place], to.Weights[place]) = (from.Keys[i], from.Weights[i]);
        }

        (_postings, _other) = (to, from);
    }
}
