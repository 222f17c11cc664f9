using System.Buffers.Binary;

namespace ActorVectorStore.Storage;

/// <summary>Identity of one sealed segment: 128 bits that its maker takes care not to give twice. It seeds every checksum of the file.</summary>
internal readonly record struct SealedSegmentId(UInt128 Value)
{
    public const int Bytes = 16;

    public static SealedSegmentId Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt128LittleEndian(source));

    public void Write(Span<byte> target) => BinaryPrimitives.WriteUInt128LittleEndian(target, Value);

    public override string ToString() => $"{Value:x32}";
}
