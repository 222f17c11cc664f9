using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal.Tests;

/// <summary>A disk that, when told so, has no space for any write, also where the file has some: as copy-on-write file systems can be.</summary>
internal sealed class FullFile(IFileSystem disk) : DelegatingFileSystem(disk)
{
    public bool IsFull { get; set; }

    public override IFile Open(string path, FileOpening opening) => new Handle(this, base.Open(path, opening));

    private sealed class Handle(FullFile owner, IFile file) : DelegatingFile(file)
    {
        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (owner.IsFull)
            {
                base.Write(bytes[..(bytes.Length / 2)], offset);
                throw new DiskFullException(Path);
            }

            base.Write(bytes, offset);
        }
    }
}
