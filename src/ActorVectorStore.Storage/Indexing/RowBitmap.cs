using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;

namespace ActorVectorStore.Storage;

/// <summary>
/// A set of rows of one segment, one bit for each row. Bits beyond the last row are 0. One thread writes; once no one writes any more, any number may read.
/// </summary>
internal sealed class RowBitmap
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _words;

    /// <summary>A set without rows.</summary>
    /// <param name="rowCount">Rows of the segment.</param>
    public RowBitmap(int rowCount)
        : this(rowCount, new ulong[WordsOf(rowCount)])
    {
    }

    private RowBitmap(int rowCount, ulong[] words) => (RowCount, _words) = (rowCount, words);

    /// <summary>Rows of the segment, in this set or not.</summary>
    public int RowCount { get; }

    /// <summary>Whether there is no row in the set.</summary>
    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>The bits, lowest row first. Nobody changes the set any more.</summary>
    public ReadOnlyMemory<ulong> WordMemory => _words;

    /// <summary>The set of all rows.</summary>
    public static RowBitmap Full(int rowCount)
    {
        var words = new ulong[WordsOf(rowCount)];
        words.AsSpan().Fill(ulong.MaxValue);
        if (rowCount % BitsPerWord != 0)
            words[^1] = (1UL << (rowCount % BitsPerWord)) - 1;
        return new RowBitmap(rowCount, words);
    }

    /// <summary>Another set of the same rows.</summary>
    public RowBitmap Clone() => new(RowCount, [.. _words]);

    /// <summary>Whether a row is in the set.</summary>
    public bool Contains(int row) => (uint)row < (uint)RowCount && (_words[row / BitsPerWord] & (1UL << (row % BitsPerWord))) != 0;

    /// <summary>Puts a row in; false if the segment has no such row.</summary>
    public bool TryAdd(int row)
    {
        if ((uint)row >= (uint)RowCount)
            return false;
        _words[row / BitsPerWord] |= 1UL << (row % BitsPerWord);
        return true;
    }

    /// <summary>Puts rows in whose bits are set, lowest first; false, and some are in already, if one is beyond the segment's rows.</summary>
    /// <param name="firstRow">The row of the first bit, a multiple of 64.</param>
    /// <param name="bits">A multiple of 8 bytes.</param>
    public bool TryAddBits(int firstRow, ReadOnlySpan<byte> bits)
    {
        for (var at = 0; at < bits.Length; at += sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bits[at..]);
            var index = (firstRow / BitsPerWord) + (at / sizeof(ulong));
            if (word == 0)
                continue;
            if (index >= _words.Length || (index == _words.Length - 1 && (word & ~LastWord()) != 0))
                return false;
            _words[index] |= word;
        }

        return true;
    }

    /// <summary>How many rows whose bits are set are in the set. Bits beyond its rows do not count.</summary>
    /// <param name="firstRow">The row of the first bit, a multiple of 64.</param>
    /// <param name="bits">A multiple of 8 bytes.</param>
    public int CountCommonBits(int firstRow, ReadOnlySpan<byte> bits)
    {
        var count = 0;
        for (var index = firstRow / BitsPerWord; index < _words.Length && !bits.IsEmpty; index++, bits = bits[sizeof(ulong)..])
            count += BitOperations.PopCount(_words[index] & BinaryPrimitives.ReadUInt64LittleEndian(bits));
        return count;
    }

    /// <summary>Leaves only rows that are in the other set too.</summary>
    public void And(RowBitmap other) => TensorPrimitives.BitwiseAnd(_words, OfSameRows(other), _words);

    /// <summary>Puts all rows of the other set in.</summary>
    public void Or(RowBitmap other) => TensorPrimitives.BitwiseOr(_words, OfSameRows(other), _words);

    /// <summary>Takes all rows of the other set out.</summary>
    public void AndNot(RowBitmap other)
    {
        var words = OfSameRows(other);
        var at = 0;
        for (; at <= _words.Length - Vector<ulong>.Count; at += Vector<ulong>.Count)
            Vector.AndNot(new Vector<ulong>(_words, at), new Vector<ulong>(words, at)).CopyTo(_words, at);
        for (; at < _words.Length; at++)
            _words[at] &= ~words[at];
    }

    /// <summary>Whether both sets have the same rows.</summary>
    public bool HasSameRows(RowBitmap other) => _words.AsSpan().SequenceEqual(OfSameRows(other));

    /// <summary>Rows in the set.</summary>
    public int Count()
    {
        var count = 0;
        foreach (var word in _words)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>The first row of the set from <paramref name="row"/> on, or -1.</summary>
    public int Next(int row)
    {
        if (row >= RowCount)
            return -1;
        var index = row / BitsPerWord;
        var word = _words[index] & (ulong.MaxValue << (row % BitsPerWord));
        while (word == 0)
        {
            if (++index == _words.Length)
                return -1;
            word = _words[index];
        }

        return (index * BitsPerWord) + BitOperations.TrailingZeroCount(word);
    }

    /// <summary>The rows upwards.</summary>
    public Enumerator GetEnumerator() => new(this);

    private static int WordsOf(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        return (int)(((long)rowCount + BitsPerWord - 1) / BitsPerWord);
    }

    private ulong LastWord() => RowCount % BitsPerWord == 0 ? ulong.MaxValue : (1UL << (RowCount % BitsPerWord)) - 1;

    private ulong[] OfSameRows(RowBitmap other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.RowCount, RowCount);
        return other._words;
    }

    /// <summary>Goes through the rows upwards. The set may lose rows meanwhile, those gone past included.</summary>
    internal struct Enumerator(RowBitmap rows)
    {
        public int Current { get; private set; } = -1;

        public bool MoveNext() => (Current = rows.Next(Current + 1)) >= 0;
    }
}
