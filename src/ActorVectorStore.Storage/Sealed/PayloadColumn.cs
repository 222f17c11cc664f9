using System.Buffers.Binary;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>The payloads of a segment, decompressed block by block when they are asked for. Needs a lease; safe from any thread.</summary>
internal sealed class PayloadColumn
{
    private const int BitsPerWord = 32;

    private readonly SealedSection _offsets;
    private readonly SealedSection _index;
    private readonly SealedSection _blocks;
    private readonly PayloadBlockCache _cache;
    private readonly int _rows;
    private readonly int _blockCount;

    // A bit for each row whose text was found to be an object: asked once, as a block's checksum is.
    private readonly int[] _checked;

    public PayloadColumn(SegmentSections sections, int rows, PayloadBlockCache cache)
    {
        _offsets = sections.Require(SealedSectionKind.PayloadOffsets);
        _index = sections.Require(SealedSectionKind.PayloadBlockIndex);
        _blocks = sections.Require(SealedSectionKind.PayloadBlocks);
        _cache = cache;
        _rows = rows;
        _blockCount = (int)(_index.Length / SealedSegmentFormat.PayloadIndexEntryBytes) - 1;
        _checked = new int[(rows / BitsPerWord) + 1];
    }

    /// <summary>The row's payload, in memory of its own.</summary>
    /// <exception cref="CorruptionException">What it touches is damaged.</exception>
    public Payload Read(int row)
    {
        var utf8 = Utf8(row);
        if (utf8.SequenceEqual(Payload.Empty.Utf8.Span))
            return Payload.Empty;
        var (text, bit) = (utf8.ToArray(), 1 << (row % BitsPerWord));
        ref var word = ref _checked[row / BitsPerWord];
        if ((Volatile.Read(ref word) & bit) != 0)
            return Payload.FromVerified(text);
        if (!Payload.TryVerify(text, out var payload))
            throw _offsets.Corrupt((long)row * sizeof(ulong), $"a JSON object as payload of row {row}", "another text");
        Interlocked.Or(ref word, bit);
        return payload;
    }

    /// <summary>The row's payload as JSON text, in the file where it is not compressed.</summary>
    /// <exception cref="CorruptionException">What it touches is damaged.</exception>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        var place = PlaceOf(row);
        if (place.Length == 0)
            return Payload.Empty.Utf8.Span;
        return place.Bounds.IsCompressed
            ? Decompressed(place.Block, place.Bounds).AsSpan(place.First, place.Length)
            : _blocks.Span(place.Bounds.Frame + place.First, place.Length);
    }

    /// <summary>Asks for where the payload of a row is, which will be read soon.</summary>
    public void PrefetchPlace(int row)
    {
        RequireRow(row);
        _offsets.Prefetch((long)row * sizeof(ulong), 2 * sizeof(ulong));
    }

    /// <summary>Asks for the payload of a row, which will be read soon; reads where it is.</summary>
    /// <exception cref="CorruptionException">What it touches is damaged.</exception>
    public void Prefetch(int row)
    {
        if (PlaceOf(row) is { Length: > 0, Bounds.IsCompressed: false } place)
            _blocks.Prefetch(place.Bounds.Frame + place.First, place.Length);
    }

    private Place PlaceOf(int row)
    {
        RequireRow(row);
        var at = (long)row * sizeof(ulong);
        var both = _offsets.Span(at, 2 * sizeof(ulong));
        var start = BinaryPrimitives.ReadUInt64LittleEndian(both);
        var end = BinaryPrimitives.ReadUInt64LittleEndian(both[sizeof(ulong)..]);
        if (start == end)
            return default;
        var block = FindBlock(start);
        var bounds = BoundsOf(block);
        if (start < bounds.Start || start > end || end > bounds.End)
            throw _offsets.Corrupt(at, $"a payload inside block {block} from {bounds.Start} to {bounds.End}", $"one from {start} to {end}");
        return new Place(block, bounds, (int)(start - bounds.Start), (int)(end - start));
    }

    private void RequireRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, _rows);
    }

    /// <summary>The last block that does not begin behind an offset; the first one if all do.</summary>
    private int FindBlock(ulong offset)
    {
        if (_blockCount < 1)
            return 0;

        // Most blocks are nearly as long as they may be: from where it would be if all were, few steps lead to it.
        var (low, high) = (0, (int)Math.Min(offset / SealedSegmentFormat.PayloadBlockBytesTarget, (ulong)_blockCount - 1));
        for (var step = 1; high < _blockCount && EntryOf(high).Start <= offset; step *= 2)
            (low, high) = (high, Math.Min(high + step, _blockCount));
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (EntryOf(middle).Start <= offset)
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    private (ulong Start, ulong Frame) EntryOf(int block)
    {
        var entry = _index.Span((long)block * SealedSegmentFormat.PayloadIndexEntryBytes, SealedSegmentFormat.PayloadIndexEntryBytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[sizeof(ulong)..]));
    }

    private BlockBounds BoundsOf(int block)
    {
        var at = (long)block * SealedSegmentFormat.PayloadIndexEntryBytes;
        if (block >= _blockCount)
            throw _index.Corrupt(at, "a block for every payload", $"{_blockCount} blocks");
        var (start, frame) = EntryOf(block);
        var (end, frameEnd) = EntryOf(block + 1);
        var isRight = end > start
            && end - start <= SealedSegmentFormat.PayloadBlockBytesMax
            && frameEnd > frame
            && frameEnd - frame <= end - start
            && frameEnd <= (ulong)_blocks.Length;
        return isRight
            ? new BlockBounds(start, end, (long)frame, (int)(frameEnd - frame))
            : throw _index.Corrupt(
                at,
                $"a block of 1 to {SealedSegmentFormat.PayloadBlockBytesMax} bytes, no longer in the file, among {_blocks.Length}",
                $"one from {start} to {end}, in the file from {frame} to {frameEnd}");
    }

    private byte[] Decompressed(int block, BlockBounds bounds)
    {
        if (_cache.Find(this, block) is { } known)
            return known;
        var bytes = GC.AllocateUninitializedArray<byte>(bounds.Bytes);
        if (!ZstdBlock.TryDecompress(_blocks.Span(bounds.Frame, bounds.FrameBytes), bytes))
            throw _blocks.Corrupt(bounds.Frame, $"a zstd frame of {bounds.Bytes} bytes", "another");
        _cache.Keep(this, block, bytes);
        return bytes;
    }

    /// <summary>A payload: its block, and the bytes in it; none for an empty one.</summary>
    private readonly record struct Place(int Block, BlockBounds Bounds, int First, int Length);

    private readonly record struct BlockBounds(ulong Start, ulong End, long Frame, int FrameBytes)
    {
        public int Bytes => (int)(End - Start);

        public bool IsCompressed => FrameBytes < Bytes;
    }
}
