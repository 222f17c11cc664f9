namespace ActorVectorStore.Model.Tests;

/// <summary>A filter to bytes and back, as an operation holds it.</summary>
internal static class FilterBytes
{
    private const int FixedBytesMax = 512 << 10;
    private const int BytesPerByteMax = 64;

    public static byte[] Of(Filter filter)
    {
        var bytes = new byte[FilterFormat.Size(filter)];
        var target = new ByteWriter(bytes);
        FilterWriter.Write(filter, ref target);
        Assert.Equal(bytes.Length, target.Position);
        return bytes;
    }

    public static Filter Read(byte[] bytes)
    {
        var source = new ByteReader(bytes);
        var filter = FilterReader.Read(ref source);
        Assert.Equal(bytes.Length, source.Position);
        return filter;
    }

    /// <summary>
    /// Reads bytes that no writer wrote. They give a filter that is written as exactly these bytes, or one of two errors, and not more memory than a
    /// multiple of the bytes and what the most conditions need.
    /// </summary>
    public static void ReadSafely(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Filter? filter = null;
        var length = 0;
        try
        {
            var source = new ByteReader(bytes);
            filter = FilterReader.Read(ref source);
            length = source.Position;
        }
        catch (Exception error) when (error is MalformedOperationException or UnsupportedOperationException)
        {
            // One of the two allowed answers; the property is that there is no third.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FixedBytesMax + ((long)BytesPerByteMax * bytes.Length));
        if (filter is not null)
            Assert.Equal(bytes[..length], Of(filter));
    }
}
