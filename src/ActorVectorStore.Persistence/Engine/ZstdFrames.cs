using System.Buffers;
using ZstdSharp;

namespace ActorVectorStore.Persistence;

/// <summary>Compression of single blocks. Thread-safe.</summary>
internal static class ZstdFrames
{
    private const int Level = 1;
    private const int FirstBytesMax = 1 << 20;

    [ThreadStatic]
    private static Compressor? s_compressor;

    /// <summary>Most bytes that <see cref="Compress"/> needs for its result.</summary>
    public static int BytesMax(int length) => Compressor.GetCompressBound(length);

    /// <summary>Compresses <paramref name="source"/>; returns the frame's length.</summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target) => (s_compressor ??= new Compressor(Level)).Wrap(source, target);

    /// <summary>
    /// The block of exactly <paramref name="length"/> bytes in an array of the shared pool, which the caller returns. The array grows with what
    /// really comes out of the frame, so that a false length does not take memory.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not one whole frame of that many bytes.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> frame, int length)
    {
        using var decompressor = new Decompressor();
        var target = ArrayPool<byte>.Shared.Rent(Math.Clamp(length, 1, FirstBytesMax));
        try
        {
            var written = 0;
            while (true)
            {
                var room = target.AsSpan(written, Math.Min(target.Length, length) - written);
                var status = decompressor.UnwrapStream(frame, room, out var consumed, out var produced);
                frame = frame[consumed..];
                written += produced;
                switch (status)
                {
                    case OperationStatus.Done when frame.IsEmpty && written == length:
                        return target;
                    case OperationStatus.DestinationTooSmall when written == target.Length && written < length:
                        target = Grow(target, length);
                        break;
                    default:
                        throw new InvalidDataException($"{status} after {written} of {length} bytes, {frame.Length} bytes left");
                }
            }
        }
        catch (ZstdException e)
        {
            ArrayPool<byte>.Shared.Return(target);
            throw new InvalidDataException(e.Message, e);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(target);
            throw;
        }
    }

    private static byte[] Grow(byte[] full, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, 2L * full.Length));
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
