using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ActorVectorStore.Storage;

/// <summary>The writing half of the directory in <see cref="SealedSegmentFormat"/>. Its twin is <see cref="DirectoryReader"/>.</summary>
internal static class DirectoryWriter
{
    /// <summary>Bytes of a directory with these columns and this number of sections.</summary>
    public static int Size(string writtenBy, IEnumerable<SealedColumn> columns, int sections)
    {
        var columnBytes = columns.Sum(column => SealedSegmentFormat.ColumnFixedBytes + column.NameUtf8().Length);
        var bytes = SealedSegmentFormat.FixedBytes + Encoding.UTF8.GetByteCount(writtenBy) + columnBytes
            + (sections * SealedSegmentFormat.SectionEntryBytes) + SealedSegmentFormat.ChecksumBytes;
        return (int)SealedSegmentFormat.AlignUp(bytes, SealedSegmentFormat.AlignmentBytes);
    }

    /// <summary>The bytes of a directory of this version.</summary>
    public static byte[] Write(SegmentDirectory directory)
    {
        var bytes = new byte[Size(directory.WrittenBy, directory.Columns.Select(entry => entry.Column), directory.Sections.Count)];
        new DirectoryPreamble(
            SealedSegmentFormat.MajorVersion, SealedSegmentFormat.MinorVersion, bytes.Length, directory.Id, directory.FileBytes, directory.HeadBytes).Write(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(64), directory.RowCount);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(68), (ushort)directory.Columns.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(70), (ushort)directory.Sections.Count);
        var writtenBy = Encoding.UTF8.GetBytes(directory.WrittenBy, bytes.AsSpan(SealedSegmentFormat.FixedBytes));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(72), (ushort)writtenBy);
        var at = SealedSegmentFormat.FixedBytes + writtenBy;
        foreach (var column in directory.Columns)
            at += WriteColumn(column, bytes.AsSpan(at));
        foreach (var section in directory.Sections)
        {
            section.Write(bytes.AsSpan(at));
            at += SealedSegmentFormat.SectionEntryBytes;
        }

        var hashed = bytes.AsSpan(0, bytes.Length - SealedSegmentFormat.ChecksumBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(hashed.Length), XxHash3.HashToUInt64(hashed));
        return bytes;
    }

    private static int WriteColumn(ColumnEntry entry, Span<byte> target)
    {
        var column = entry.Column;
        var name = column.NameUtf8();
        target[0] = (byte)column.Kind;
        target[1] = (byte)column.Elements;
        target[2] = (byte)column.Distance;
        target[3] = column.HasLengths ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], column.Dimension);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], entry.PresentRows);
        BinaryPrimitives.WriteUInt16LittleEndian(target[12..], (ushort)name.Length);
        name.CopyTo(target[SealedSegmentFormat.ColumnFixedBytes..]);
        return SealedSegmentFormat.ColumnFixedBytes + name.Length;
    }
}
