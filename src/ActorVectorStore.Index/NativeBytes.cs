namespace ActorVectorStore.Index;

/// <summary>Bytes outside the managed heap, of which there may be more than a span has.</summary>
public readonly unsafe struct NativeBytes
{
    private readonly AlignedMemory _memory;

    internal NativeBytes(AlignedMemory memory) => _memory = memory;

    /// <summary>Bytes.</summary>
    public long Length => _memory.ByteCount;

    /// <summary>The bytes <c>[offset, offset + length)</c>; valid until the memory is disposed of.</summary>
    public Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new Span<byte>(_memory.Start + offset, length);
    }
}
