using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorVectorStore.FileSystem;

/// <summary>One file of the operating system.</summary>
internal sealed partial class PhysicalFile(string path, SafeFileHandle handle) : IFile
{
    public string Path { get; } = path;

    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(handle, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception e) when (OperatingSystemError.Translate(e, Path) is { } translated)
        {
            throw translated;
        }
    }

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (Exception e) when (OperatingSystemError.Translate(e, Path) is { } translated)
        {
            throw translated;
        }
    }

    public void Preallocate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > 0)
        {
            Durability.Reserve(handle, length, Path);
        }

        if (Length < length)
        {
            SetLength(length);
        }
    }

    public void SyncData() => Durability.SyncData(handle, Path);

    public IMappedFile Map(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        return new PhysicalMapping(handle, length);
    }

    public void Dispose() => handle.Dispose();

    private sealed unsafe partial class PhysicalMapping : IMappedFile
    {
        private const int AdviceWillNeed = 3;

        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private byte* _start;

        public PhysicalMapping(SafeFileHandle handle, long length)
        {
            Length = length;
            _file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }

        public long Length { get; }

        public ReadOnlySpan<byte> Span(long offset, int length)
        {
            ObjectDisposedException.ThrowIf(_start == null, this);
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
            return new ReadOnlySpan<byte>(_start + offset, length);
        }

        public void WillNeed(long offset, int length)
        {
            var bytes = Span(offset, length);
            if (bytes.IsEmpty || OperatingSystem.IsWindows())
            {
                return;
            }

            // The call wants the start of a page; that of the mapping is one.
            var page = offset & ~((long)Environment.SystemPageSize - 1);
            _ = PosixMadvise(_start + page, (nuint)(offset + length - page), AdviceWillNeed);
        }

        public void Dispose()
        {
            if (_start == null)
            {
                return;
            }

            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }

        [LibraryImport("libc", EntryPoint = "posix_madvise")]
        private static partial int PosixMadvise(byte* start, nuint length, int advice);
    }
}
