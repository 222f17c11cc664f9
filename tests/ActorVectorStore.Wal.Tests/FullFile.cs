using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal.Tests;

/// <summary>A disk that, when told so, has no space for any write, also where the file has some: as copy-on-write file systems can be.</summary>
internal sealed class FullFile(IFileSystem disk) : IFileSystem
{
    public bool IsFull { get; set; }

    public IFile Open(string path, FileOpening opening) => new Handle(this, disk.Open(path, opening));

    public bool FileExists(string path) => disk.FileExists(path);

    public bool DirectoryExists(string path) => disk.DirectoryExists(path);

    public IReadOnlyList<string> ListFiles(string directory) => disk.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => disk.ListDirectories(directory);

    public void CreateDirectory(string path) => disk.CreateDirectory(path);

    public void DeleteFile(string path) => disk.DeleteFile(path);

    public void DeleteDirectory(string path) => disk.DeleteDirectory(path);

    public void Rename(string source, string target) => disk.Rename(source, target);

    public bool TryLink(string source, string target) => disk.TryLink(source, target);

    public void SyncDirectory(string path) => disk.SyncDirectory(path);

    public IDisposable LockDirectory(string path) => disk.LockDirectory(path);

    public long AvailableBytes(string directory) => disk.AvailableBytes(directory);

    private sealed class Handle(FullFile owner, IFile file) : IFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (owner.IsFull)
            {
                file.Write(bytes[..(bytes.Length / 2)], offset);
                throw new DiskFullException(file.Path);
            }

            file.Write(bytes, offset);
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Preallocate(long length) => file.Preallocate(length);

        public void SyncData() => file.SyncData();

        public IMappedFile Map(long length) => file.Map(length);

        public void Dispose() => file.Dispose();
    }
}
