using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>A line of the table of dimensions; see <see cref="SparseIndexFormat"/>.</summary>
/// <param name="Dimension">An index of the sparse vectors.</param>
/// <param name="Count">Postings of its list.</param>
/// <param name="Lowest">The lowest weight.</param>
/// <param name="Highest">The highest weight.</param>
/// <param name="Start">Offset of its list.</param>
internal readonly record struct SparseDimension(uint Dimension, uint Count, float Lowest, float Highest, long Start)
{
    /// <summary>Reads a line; nothing is checked.</summary>
    public static SparseDimension Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(source),
        BinaryPrimitives.ReadUInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadSingleLittleEndian(source[8..]),
        BinaryPrimitives.ReadSingleLittleEndian(source[12..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[16..]));

    /// <summary>Writes the line.</summary>
    public void Write(SectionAppender target)
    {
        target.Append(Dimension);
        target.Append(Count);
        target.Append(Lowest);
        target.Append(Highest);
        target.Append((ulong)Start);
    }
}
