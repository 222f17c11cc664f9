namespace ActorVectorStore.FileSystem;

/// <summary>
/// A read-only memory mapping of the beginning of a file. A span of it is valid only until <see cref="IDisposable.Dispose"/>; the owner keeps
/// the mapping alive for as long as any reader holds a span.
/// </summary>
public interface IMappedFile : IDisposable
{
    /// <summary>Mapped bytes.</summary>
    long Length { get; }

    /// <summary>The mapped bytes <c>[offset, offset + length)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the mapping.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is gone.</exception>
    ReadOnlySpan<byte> Span(long offset, int length);

    /// <summary>
    /// Says that the bytes <c>[offset, offset + length)</c> are touched next, and those around them not: the system fetches them alone, where a touch
    /// without this fetches as much around it as it is configured to. A hint, which changes no content and does not fail.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the mapping.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is gone.</exception>
    void WillNeed(long offset, int length);
}
