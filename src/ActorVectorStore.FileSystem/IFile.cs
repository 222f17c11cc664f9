namespace ActorVectorStore.FileSystem;

/// <summary>
/// One open file with positional reads and writes. Reads and writes of disjoint ranges may run on several threads at once; nothing may run
/// during or after <see cref="IDisposable.Dispose"/>. See <see cref="IFileSystem"/> for durability and failures.
/// </summary>
public interface IFile : IDisposable
{
    /// <summary>The path with which the file was opened; it does not follow renames.</summary>
    string Path { get; }

    /// <summary>Current length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads from <paramref name="offset"/> until the buffer is full or the file ends; returns the number of bytes read.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>
    /// Writes all bytes at <paramref name="offset"/>, growing the file if needed. When it throws, any part of the range may have been written.
    /// </summary>
    /// <exception cref="DiskFullException">No space for the write.</exception>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts or grows the file to a length; grown bytes read as zero and need not have disk space.</summary>
    void SetLength(long length);

    /// <summary>
    /// Reserves disk space for the first <paramref name="length"/> bytes and grows the file to at least that length, so that a full disk shows
    /// here and not in a later write. The bytes read as zero where nothing was written. Where the system cannot reserve, it only grows the file.
    /// </summary>
    /// <exception cref="DiskFullException">No space for the reservation.</exception>
    void Preallocate(long length);

    /// <summary>Makes the bytes and the length of this file durable: all writes that returned before this call.</summary>
    /// <exception cref="SyncFailedException">
    /// The operating system reported an error. What was written since the last successful sync may be lost although it can still be read, and
    /// a second sync may report success without writing anything: never try again; treat the file as unknown until it is opened anew.
    /// </exception>
    void SyncData();

    /// <summary>
    /// Maps the first <paramref name="length"/> bytes (from 1 to the file's length) for reading. The file may be closed before the mapping.
    /// Whether a later write shows in the mapping is left open; the file must not be cut below the mapped length while it is mapped, because
    /// touching a byte that is gone ends the process.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive, or the file is shorter.</exception>
    IMappedFile Map(long length);
}
