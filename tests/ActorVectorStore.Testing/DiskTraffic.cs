namespace ActorVectorStore.Testing;

/// <summary>How many bytes went to and from a simulated disk: costs that are the same on every machine. Safe from any thread.</summary>
public sealed class DiskTraffic
{
    private long _read;
    private long _written;
    private long _mapped;

    /// <summary>Bytes that reads gave.</summary>
    public long BytesRead => Interlocked.Read(ref _read);

    /// <summary>Bytes that reached files by writes that did not fail.</summary>
    public long BytesWritten => Interlocked.Read(ref _written);

    /// <summary>Bytes of the spans that mappings gave: no more of them were touched.</summary>
    public long BytesMapped => Interlocked.Read(ref _mapped);

    internal void AddRead(long bytes) => Interlocked.Add(ref _read, bytes);

    internal void AddWritten(long bytes) => Interlocked.Add(ref _written, bytes);

    internal void AddMapped(long bytes) => Interlocked.Add(ref _mapped, bytes);
}
