using ZstdSharp;

namespace ActorVectorStore.Storage;

/// <summary>Compression of payload blocks. Thread-safe; each thread that uses it keeps one compressor and one decompressor.</summary>
internal static class ZstdBlock
{
    private const int Level = 3;

    [ThreadStatic]
    private static Compressor? s_compressor;

    [ThreadStatic]
    private static Decompressor? s_decompressor;

    /// <summary>Most bytes that <see cref="Compress"/> needs for its result.</summary>
    public static int BytesMax(int length) => Compressor.GetCompressBound(length);

    /// <summary>Compresses to one frame; returns its length.</summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target) => (s_compressor ??= new Compressor(Level)).Wrap(source, target);

    /// <summary>Decompresses a frame that must fill the target exactly; false if it is no such frame. Writes nowhere else.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> frame, Span<byte> target)
    {
        try
        {
            return (s_decompressor ??= new Decompressor()).Unwrap(frame, target) == target.Length;
        }
        catch (ZstdException)
        {
            return false;
        }
    }
}
