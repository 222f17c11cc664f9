using System.Diagnostics.CodeAnalysis;

namespace ActorVectorStore.FileSystem;

/// <summary>Passes everything on to another file.</summary>
/// <param name="inner">Where to; closed with this one.</param>
[SuppressMessage("Design", "CA1063", Justification = "Nothing to finalize: the other file is the one that holds something.")]
public abstract class DelegatingFile(IFile inner) : IFile
{
    /// <inheritdoc/>
    public string Path => inner.Path;

    /// <inheritdoc/>
    public long Length => inner.Length;

    /// <inheritdoc/>
    public virtual int Read(Span<byte> buffer, long offset) => inner.Read(buffer, offset);

    /// <inheritdoc/>
    public virtual void Write(ReadOnlySpan<byte> bytes, long offset) => inner.Write(bytes, offset);

    /// <inheritdoc/>
    public virtual void SetLength(long length) => inner.SetLength(length);

    /// <inheritdoc/>
    public virtual void Preallocate(long length) => inner.Preallocate(length);

    /// <inheritdoc/>
    public virtual void SyncData() => inner.SyncData();

    /// <inheritdoc/>
    public virtual IMappedFile Map(long length) => inner.Map(length);

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA1816", Justification = "Nothing to finalize.")]
    public void Dispose() => inner.Dispose();
}
