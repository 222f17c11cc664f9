using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Benchmarks.Measurement;

/// <summary>
/// Count, bytes and a sum over every byte of a set of records, whatever their order. It makes a reader touch what it claims to have read,
/// costs little beside a checksum, and proves that what came back is what was acknowledged.
/// </summary>
internal record struct RecordDigest(long Count, long Bytes, ulong Sum)
{
    public void Add(RecordDigest other) => this = new RecordDigest(Count + other.Count, Bytes + other.Bytes, Sum + other.Sum);

    public void Add(ReadOnlySpan<byte> record)
    {
        Count++;
        Bytes += record.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(record);
        Sum += SumOf(words);
        foreach (var rest in record[(words.Length * sizeof(ulong))..])
        {
            Sum += rest;
        }
    }

    public override readonly string ToString() => $"{Count} records, {Bytes} bytes, sum {Sum:x16}";

    /// <summary>Writes a number into the first bytes of a record so that no two are equal; records shorter than 8 bytes stay as they are.</summary>
    public static void Stamp(Span<byte> record, long number)
    {
        if (record.Length >= sizeof(long))
        {
            BinaryPrimitives.WriteInt64LittleEndian(record, number);
        }
    }

    private static ulong SumOf(ReadOnlySpan<ulong> words)
    {
        var lanes = System.Numerics.Vector<ulong>.Zero;
        var vectors = MemoryMarshal.Cast<ulong, System.Numerics.Vector<ulong>>(words);
        foreach (var vector in vectors)
        {
            lanes += vector;
        }

        var sum = System.Numerics.Vector.Sum(lanes);
        foreach (var word in words[(vectors.Length * System.Numerics.Vector<ulong>.Count)..])
        {
            sum += word;
        }

        return sum;
    }
}
