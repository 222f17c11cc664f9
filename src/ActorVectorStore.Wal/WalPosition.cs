using System.Globalization;

namespace ActorVectorStore.Wal;

/// <summary>
/// Where a frame begins: the segment's number and the byte offset in its file. Positions grow with every append, are never used twice, and
/// their text form is the name of the segment file plus the offset.
/// </summary>
public readonly record struct WalPosition : IComparable<WalPosition>
{
    private const int OffsetBits = 32;

    private readonly ulong _value;

    /// <summary>The position at <paramref name="offset"/> bytes from the start of the file of segment <paramref name="segment"/>.</summary>
    public WalPosition(uint segment, uint offset) => _value = ((ulong)segment << OffsetBits) | offset;

    private WalPosition(ulong value) => _value = value;

    /// <summary>Number of the segment; the first segment of a log is 1.</summary>
    public uint Segment => (uint)(_value >> OffsetBits);

    /// <summary>Bytes from the start of the segment's file.</summary>
    public uint Offset => (uint)_value;

    /// <summary>The position as one number: segment in the upper, offset in the lower 32 bits.</summary>
    public ulong ToUInt64() => _value;

    /// <summary>The inverse of <see cref="ToUInt64"/>.</summary>
    public static WalPosition FromUInt64(ulong value) => new(value);

    /// <inheritdoc/>
    public int CompareTo(WalPosition other) => _value.CompareTo(other._value);

    /// <summary>Whether <paramref name="left"/> was written before <paramref name="right"/>.</summary>
    public static bool operator <(WalPosition left, WalPosition right) => left._value < right._value;

    /// <summary>Whether <paramref name="left"/> was written after <paramref name="right"/>.</summary>
    public static bool operator >(WalPosition left, WalPosition right) => left._value > right._value;

    /// <summary>Whether <paramref name="left"/> was not written after <paramref name="right"/>.</summary>
    public static bool operator <=(WalPosition left, WalPosition right) => left._value <= right._value;

    /// <summary>Whether <paramref name="left"/> was not written before <paramref name="right"/>.</summary>
    public static bool operator >=(WalPosition left, WalPosition right) => left._value >= right._value;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Segment:x8}+{Offset}");
}
