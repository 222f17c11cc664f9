using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>A line of the list of groups; see <see cref="SparseIndexFormat"/>.</summary>
/// <param name="First">First dimension.</param>
/// <param name="Last">Last dimension.</param>
/// <param name="Table">Offset of its table.</param>
/// <param name="Count">Dimensions.</param>
internal readonly record struct SparseGroup(uint First, uint Last, long Table, uint Count)
{
    private const int ReserveAt = 20;

    /// <summary>Bytes of its table.</summary>
    public long TableBytes => (long)Count * SparseIndexFormat.DimensionBytes;

    /// <summary>Reads a line; null if its reserve is not 0. Nothing else is checked.</summary>
    public static SparseGroup? Read(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt32LittleEndian(source[ReserveAt..]) != 0 ? null : new SparseGroup(
        BinaryPrimitives.ReadUInt32LittleEndian(source),
        BinaryPrimitives.ReadUInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[16..]));

    /// <summary>Writes the line.</summary>
    public void Write(SectionAppender target)
    {
        target.Append(First);
        target.Append(Last);
        target.Append((ulong)Table);
        target.Append(Count);
        target.Append(0u);
    }
}
