using System.Buffers.Binary;
using System.Numerics;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>Which rows have a vector in a column, and the how-many-th of them each is. Needs a lease; safe from any thread.</summary>
internal sealed class Presence(SealedSection? section, int rows, int presentRows)
{
    /// <summary>What <see cref="OrdinalOf"/> says of a row without a vector.</summary>
    public const int Absent = -1;

    /// <summary>Rows that have a vector.</summary>
    public int PresentRows => presentRows;

    /// <summary>The row's place among those that have a vector, or <see cref="Absent"/>. Touches one cache line.</summary>
    /// <exception cref="CorruptionException">What it touches is damaged.</exception>
    public int OrdinalOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, rows);
        if (section is null)
            return row;
        var (index, bit) = Math.DivRem(row, SealedSegmentFormat.PresenceRowsPerLine);
        var at = (long)index * SealedSegmentFormat.PresenceLineBytes;
        var line = section.Span(at, SealedSegmentFormat.PresenceLineBytes);
        var bits = line[SealedSegmentFormat.PresenceBitsAt..];
        if ((bits[bit / 8] & (1 << (bit % 8))) == 0)
            return Absent;
        var ordinal = BinaryPrimitives.ReadUInt32LittleEndian(line) + (uint)CountBefore(bits, bit);
        return ordinal < presentRows ? (int)ordinal : throw section.Corrupt(at, $"fewer than {presentRows} rows before row {row}", $"{ordinal}");
    }

    /// <summary>Whether a row has a vector: then the one that comes next, if the row before it has the one before.</summary>
    /// <param name="row">The row.</param>
    /// <param name="next">The ordinal that comes next.</param>
    /// <exception cref="CorruptionException">What it touches is damaged, or the row has another vector.</exception>
    public bool HasNext(int row, int next)
    {
        var ordinal = OrdinalOf(row);
        if (ordinal == next || ordinal == Absent)
            return ordinal == next;
        var at = (long)(row / SealedSegmentFormat.PresenceRowsPerLine) * SealedSegmentFormat.PresenceLineBytes;
        throw section!.Corrupt(at, $"row {row} with vector {next}", $"vector {ordinal}");
    }

    private static int CountBefore(ReadOnlySpan<byte> bits, int end)
    {
        var count = 0;
        for (; end >= 64; end -= 64, bits = bits[sizeof(ulong)..])
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bits));
        return count + BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bits) & ((1UL << end) - 1));
    }
}
