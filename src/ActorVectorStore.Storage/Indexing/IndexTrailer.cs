using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>The last bytes of an index section; see <see cref="PayloadIndexSectionFormat"/>.</summary>
/// <param name="RowCount">Rows of the segment.</param>
/// <param name="KeyedRows">Rows that have a key or a term.</param>
/// <param name="DescriptionBytes">Bytes of the description.</param>
/// <param name="EntryCount">Terms or keys.</param>
/// <param name="Part1">Bytes of the postings or keys.</param>
/// <param name="Part2">Bytes of the terms or rows.</param>
/// <param name="Part3">Bytes of the term table.</param>
/// <param name="Sets">Rows and bytes of each row set.</param>
internal sealed record IndexTrailer(
    uint RowCount, uint KeyedRows, uint DescriptionBytes, long EntryCount, long Part1, long Part2, long Part3, IReadOnlyList<(uint Rows, uint Bytes)> Sets)
{
    private const int SetsAt = 48;
    private const int SetBytes = 8;
    private const int ReserveAt = SetsAt + (PayloadIndexSectionFormat.RowSets * SetBytes);

    public byte[] ToBytes()
    {
        var bytes = new byte[PayloadIndexSectionFormat.TrailerBytes];
        PayloadIndexSectionFormat.Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), RowCount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), KeyedRows);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), DescriptionBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), EntryCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Part1);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), Part2);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), Part3);
        for (var set = 0; set < Sets.Count; set++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(SetsAt + (set * SetBytes)), Sets[set].Rows);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(SetsAt + (set * SetBytes) + sizeof(uint)), Sets[set].Bytes);
        }

        return bytes;
    }

    /// <summary>Reads the bytes; only that they are a trailer is checked. Null if they are none.</summary>
    public static IndexTrailer? Read(ReadOnlySpan<byte> source)
    {
        if (!source.StartsWith(PayloadIndexSectionFormat.Magic) || source[ReserveAt..].ContainsAnyExcept((byte)0))
            return null;
        var sets = new (uint, uint)[PayloadIndexSectionFormat.RowSets];
        for (var set = 0; set < sets.Length; set++)
        {
            var entry = source[(SetsAt + (set * SetBytes))..];
            sets[set] = (BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[sizeof(uint)..]));
        }

        return new IndexTrailer(
            BinaryPrimitives.ReadUInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            sets);
    }
}
