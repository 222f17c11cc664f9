using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// One point as <see cref="ShardSnapshotFormat"/> lays it out. The same bytes are what digests are made of, so that a snapshot's digest and a shard's
/// are one number.
/// </summary>
internal static class SnapshotRow
{
    private const int FixedBytes = sizeof(long) + sizeof(uint);
    private const int VectorHeaderBytes = 2 * sizeof(int);

    public static int Size(Segment segment, int row) => PointIdFormat.Size(segment.IdOf(row)) + FixedBytes
        + segment.PayloadUtf8(row).Length + VectorsBytes(segment, row);

    /// <summary>Writes the row to the start of the target and returns its length.</summary>
    public static int Write(Segment segment, int row, Span<byte> target)
    {
        var payload = segment.PayloadUtf8(row);
        var at = PointIdFormat.Write(segment.IdOf(row), target);
        BinaryPrimitives.WriteInt64LittleEndian(target[at..], segment.InsertedAt(row));
        BinaryPrimitives.WriteUInt32LittleEndian(target[(at + sizeof(long))..], (uint)payload.Length);
        at += FixedBytes;
        payload.CopyTo(target[at..]);
        at += payload.Length;
        return at + WriteVectors(segment, row, target[at..]);
    }

    /// <summary>Takes the row at the start of the source apart; returns its length, or 0 if there is no whole row. Spans point into the source.</summary>
    public static int Read(
        ReadOnlySpan<byte> source, Span<float> vector, out PointId id, out long version, out ReadOnlySpan<byte> payload)
    {
        version = 0;
        payload = default;
        var at = PointIdFormat.Read(source, out id);
        if (at == 0 || source.Length - at < FixedBytes)
            return 0;
        version = BinaryPrimitives.ReadInt64LittleEndian(source[at..]);
        var payloadBytes = BinaryPrimitives.ReadUInt32LittleEndian(source[(at + sizeof(long))..]);
        at += FixedBytes;
        if (payloadBytes > ModelLimits.PayloadBytesMax || source.Length - at < payloadBytes + ((long)vector.Length * sizeof(float)))
            return 0;
        payload = source.Slice(at, (int)payloadBytes);
        at += payload.Length;
        ReadVector(source[at..], vector);
        return at + (vector.Length * sizeof(float));
    }

    /// <summary>One row's share of a digest.</summary>
    public static UInt128 Digest(ReadOnlySpan<byte> row) => XxHash128.HashToUInt128(row);

    /// <summary>The digest of all rows that are visible.</summary>
    public static UInt128 Digest(VisibleRows rows)
    {
        var sum = UInt128.Zero;
        var buffer = Array.Empty<byte>();
        for (var part = 0; part < rows.Segments.Length; part++)
        {
            var segment = rows.Segments[part];
            for (var row = 0; row < rows.RowCount(part); row++)
            {
                if (!segment.IsVisible(row, rows.Index))
                    continue;
                var size = Size(segment, row);
                if (buffer.Length < size)
                    buffer = new byte[size * 2];
                sum = unchecked(sum + Digest(buffer.AsSpan(0, Write(segment, row, buffer))));
            }
        }

        return sum;
    }

    // The vector without name of a collection that has no other is what it was in the first version of the snapshot. Any other vector has its column's number
    // and the count of its numbers before it.
    private static int VectorsBytes(Segment segment, int row)
    {
        var bytes = 0L;
        for (var column = 0; column < segment.Vectors.Length; column++)
            bytes += segment.VectorBytes(column, row) + (!IsSimple(segment) && segment.HasVector(column, row) ? VectorHeaderBytes : 0);
        return checked((int)bytes);
    }

    private static int WriteVectors(Segment segment, int row, Span<byte> target)
    {
        var (at, scratch) = (0, (float[]?)null);
        for (var column = 0; column < segment.Vectors.Length; column++)
        {
            if (!segment.HasVector(column, row))
                continue;
            var isSparse = segment.Vectors[column].Kind == VectorKind.Sparse;
            var floats = isSparse ? segment.Sparse(column, row).Values : segment.Components(column, row, ref scratch);
            if (!IsSimple(segment))
            {
                BinaryPrimitives.WriteInt32LittleEndian(target[at..], column);
                BinaryPrimitives.WriteInt32LittleEndian(target[(at + sizeof(int))..], floats.Length);
                at += VectorHeaderBytes;
            }

            if (isSparse)
            {
                foreach (var index in segment.Sparse(column, row).Indices)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(target[at..], index);
                    at += sizeof(uint);
                }
            }

            WriteVector(floats, target[at..]);
            at += floats.Length * sizeof(float);
        }

        return at;
    }

    private static bool IsSimple(Segment segment) => segment.Vectors is [{ Name: "" }];

    private static void WriteVector(ReadOnlySpan<float> vector, Span<byte> target)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(vector).CopyTo(target);
            return;
        }

        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], vector[i]);
    }

    private static void ReadVector(ReadOnlySpan<byte> source, Span<float> vector)
    {
        if (BitConverter.IsLittleEndian)
        {
            source[..(vector.Length * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(vector));
            return;
        }

        for (var i = 0; i < vector.Length; i++)
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
    }
}
