using System.Buffers.Binary;
using System.Globalization;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Benchmarks.Logs.Reference;

/// <summary>
/// The files of a reference log: a ring of segments, zero-filled once and then overwritten in turn, so that a commit allocates nothing on disk
/// and its sync writes no metadata. One writer. The oldest segment is overwritten whether or not anybody still needs it: this is the
/// yardstick of what the disk gives, not a log to keep data in.
/// </summary>
/// <remarks>
/// File header, 24 bytes: number of the segment (8), salt of the log (8), XXH3 of both (8); the first frame follows. A frame lies in one
/// segment; a segment ends where no valid frame follows.
/// </remarks>
internal sealed class ReferenceSegments : IDisposable
{
    public const int HeaderBytes = 24;
    public const long SegmentBytes = 64 << 20;

    private const int StagingBytes = 1 << 20;

    private readonly IFileSystem _fileSystem;
    private readonly string _directory;
    private readonly IFile?[] _ring;
    private readonly long _salt;
    private readonly byte[] _staging = new byte[StagingBytes];
    private long _segment;
    private long _written;
    private int _staged;

    /// <summary>
    /// Opens or begins a ring; the first append goes to a segment after the newest that is there, and nothing is written before it. A file that
    /// is missing is created when its turn comes.
    /// </summary>
    public ReferenceSegments(IFileSystem fileSystem, string directory, int segments)
    {
        _fileSystem = fileSystem;
        _directory = directory;
        _ring = new IFile?[segments];
        _fileSystem.CreateDirectory(_directory);
        var newest = ReferenceReader.NewestSegment(fileSystem, directory);
        _salt = newest?.Salt ?? Random.Shared.NextInt64();
        _segment = newest?.Segment ?? 0;
        StartSegment();
    }

    private IFile Current => FileOf((int)(_segment % _ring.Length));

    private long Offset => _written + _staged;

    public static string FileName(int slot) => "segment-" + slot.ToString("d4", CultureInfo.InvariantCulture);

    /// <summary>Adds a frame to what the next <see cref="Sync"/> makes durable.</summary>
    public void Append(ReadOnlySpan<byte> body, ulong bodyHash)
    {
        if (Offset + ReferenceFrame.HeaderBytes + body.Length > SegmentBytes)
        {
            Sync();
            StartSegment();
        }

        Span<byte> header = stackalloc byte[ReferenceFrame.HeaderBytes];
        ReferenceFrame.WriteHeader(header, body.Length, bodyHash, new FramePlace(_segment, Offset, _salt));
        Stage(header);
        Stage(body);
    }

    /// <summary>Writes what is staged and makes it durable.</summary>
    public void Sync()
    {
        Spill();
        Current.SyncData();
    }

    /// <summary>Creates the files that are missing, so that no commit has to.</summary>
    public void CompleteRing()
    {
        for (var slot = 0; slot < _ring.Length; slot++)
        {
            FileOf(slot);
        }
    }

    public void Dispose() => Array.ForEach(_ring, file => file?.Dispose());

    private void StartSegment()
    {
        _segment++;
        _written = 0;
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt64LittleEndian(header, _segment);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], _salt);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], ReferenceFrame.BodyHash(header[..16]));
        Stage(header);
    }

    private void Stage(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, _staging.Length - _staged);
            bytes[..taken].CopyTo(_staging.AsSpan(_staged));
            _staged += taken;
            bytes = bytes[taken..];
            if (_staged == _staging.Length)
            {
                Spill();
            }
        }
    }

    private void Spill()
    {
        Current.Write(_staging.AsSpan(0, _staged), _written);
        _written += _staged;
        _staged = 0;
    }

    private IFile FileOf(int slot) => _ring[slot] ??= OpenOrCreate(Path.Combine(_directory, FileName(slot)));

    private IFile OpenOrCreate(string path) =>
        _fileSystem.FileExists(path) ? _fileSystem.Open(path, FileOpening.WriteExisting) : CreateZeroFilled(path);

    private IFile CreateZeroFilled(string path)
    {
        var file = _fileSystem.Open(path, FileOpening.CreateNew);
        var zeros = new byte[StagingBytes];
        for (long offset = 0; offset < SegmentBytes; offset += zeros.Length)
        {
            file.Write(zeros, offset);
        }

        file.SyncData();
        _fileSystem.SyncDirectory(_directory);
        return file;
    }
}
