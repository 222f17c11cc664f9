using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Postings in a section. Needs a lease. Every member throws <see cref="CorruptionException"/> if what it touches is damaged or breaks a rule.
/// </summary>
/// <param name="Section">The section.</param>
/// <param name="Start">First byte of them, inside the section.</param>
/// <param name="End">First byte behind them, inside the section.</param>
/// <param name="Rows">How many rows they say that they have.</param>
internal readonly record struct Postings(SealedSection Section, long Start, long End, int Rows)
{
    private const int ChunksMax = SealedSegmentFormat.RowsMax >> PayloadIndexSectionFormat.ChunkRowBits;

    private static readonly byte[] AllBits = [.. Enumerable.Repeat(byte.MaxValue, PayloadIndexSectionFormat.ChunkBitsBytes)];

    /// <summary>Puts their rows into a set.</summary>
    public void AddTo(RowBitmap target, CancellationToken cancellation)
    {
        for (var (at, last) = (Start, -1); at < End;)
        {
            cancellation.ThrowIfCancellationRequested();
            var start = at;
            if (!TryAdd(Next(ref at, ref last), target))
                throw Section.Corrupt(start, $"postings of rows below {target.RowCount}", "other ones");
        }
    }

    /// <summary>How many of their rows are in a set.</summary>
    public int CountIn(RowBitmap mask, CancellationToken cancellation)
    {
        var count = 0;
        for (var (at, last) = (Start, -1); at < End;)
        {
            cancellation.ThrowIfCancellationRequested();
            count += CountIn(Next(ref at, ref last), mask);
        }

        return count;
    }

    private static bool TryAdd(Chunk chunk, RowBitmap target)
    {
        if (!chunk.IsList)
            return target.TryAddBits(chunk.FirstRow, chunk.Body);
        for (var body = chunk.Body; !body.IsEmpty; body = body[sizeof(ushort)..])
        {
            if (!target.TryAdd(chunk.FirstRow + BinaryPrimitives.ReadUInt16LittleEndian(body)))
                return false;
        }

        return true;
    }

    private static int CountIn(Chunk chunk, RowBitmap mask)
    {
        if (!chunk.IsList)
            return mask.CountCommonBits(chunk.FirstRow, chunk.Body);
        var count = 0;
        for (var body = chunk.Body; !body.IsEmpty; body = body[sizeof(ushort)..])
            count += mask.Contains(chunk.FirstRow + BinaryPrimitives.ReadUInt16LittleEndian(body)) ? 1 : 0;
        return count;
    }

    private Chunk Next(ref long at, ref int last)
    {
        var room = End - at - PayloadIndexSectionFormat.ChunkHeadBytes;
        if (room < 0)
            throw Section.Corrupt(at, $"postings up to {End}", "the head of a longer part");
        var head = Section.Span(at, PayloadIndexSectionFormat.ChunkHeadBytes);
        var number = BinaryPrimitives.ReadUInt16LittleEndian(head);
        var rows = BinaryPrimitives.ReadUInt16LittleEndian(head[sizeof(ushort)..]) + 1;
        var bytes = PayloadIndexSectionFormat.ChunkBodyBytes(rows);
        if (number <= last || number >= ChunksMax || bytes > room)
            throw Section.Corrupt(at, $"a part from {last + 1} to {ChunksMax - 1} of at most {room} bytes", $"part {number} of {bytes}");
        var body = Section.Span(at + PayloadIndexSectionFormat.ChunkHeadBytes, bytes);
        at += PayloadIndexSectionFormat.ChunkHeadBytes + bytes;
        last = number;
        return new Chunk(
            number << PayloadIndexSectionFormat.ChunkRowBits,
            isList: rows <= PayloadIndexSectionFormat.ChunkListRowsMax,
            rows == PayloadIndexSectionFormat.ChunkRows ? AllBits : body);
    }

    private readonly ref struct Chunk(int firstRow, bool isList, ReadOnlySpan<byte> body)
    {
        public int FirstRow { get; } = firstRow;

        public bool IsList { get; } = isList;

        public ReadOnlySpan<byte> Body { get; } = body;
    }
}
