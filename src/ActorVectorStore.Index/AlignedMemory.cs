using System.Runtime.InteropServices;

namespace ActorVectorStore.Index;

/// <summary>
/// Memory outside the managed heap, aligned to 64 bytes: one cache line, one vector register. Its owner disposes it when no search or build uses it any more; a
/// forgotten one is freed by the finalizer.
/// </summary>
public sealed unsafe class AlignedMemory : IDisposable
{
    /// <summary>Alignment of the first byte.</summary>
    public const int Alignment = 64;

    private byte* _pointer;

    /// <summary>Memory of so many bytes.</summary>
    /// <param name="byteCount">Bytes.</param>
    /// <param name="isZeroed">Whether it is filled with zeros; otherwise who asked for it fills it, and large memory costs nothing before.</param>
    /// <exception cref="OutOfMemoryException">The system has not so much.</exception>
    public AlignedMemory(long byteCount, bool isZeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ByteCount = byteCount;
        _pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(byteCount, Alignment), HugePages.AlignmentOf(byteCount));
        HugePages.Advise(_pointer, byteCount);
        if (isZeroed)
            NativeMemory.Clear(_pointer, (nuint)byteCount);
        if (byteCount > 0)
            GC.AddMemoryPressure(byteCount);
    }

    /// <summary>Frees what nobody disposed.</summary>
    ~AlignedMemory() => Free();

    /// <summary>Bytes.</summary>
    public long ByteCount { get; }

    /// <summary>The first byte; valid until the memory is disposed.</summary>
    public byte* Start => _pointer is null ? throw new ObjectDisposedException(nameof(AlignedMemory)) : _pointer;

    /// <summary>Frees the memory. May be called more than once.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer is null)
            return;
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        if (ByteCount > 0)
            GC.RemoveMemoryPressure(ByteCount);
    }
}
