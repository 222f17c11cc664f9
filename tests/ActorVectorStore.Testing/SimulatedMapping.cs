using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>
/// The bytes as they were when the file was mapped: the port leaves open whether later writes show. A use after disposal, which on a real
/// mapping reads memory that is not there, is an exception here.
/// </summary>
internal sealed class SimulatedMapping(byte[] bytes, DiskTraffic traffic) : IMappedFile
{
    private bool _isDisposed;

    public long Length => bytes.Length;

    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        traffic.AddMapped(length);
        return bytes.AsSpan((int)offset, length);
    }

    public void WillNeed(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
    }

    public void Dispose() => _isDisposed = true;
}
