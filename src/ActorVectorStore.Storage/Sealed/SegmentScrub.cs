using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>One pass over a segment file: both copies of the directory, all padding, every block. One use.</summary>
internal sealed class SegmentScrub(
    IFile file, SegmentDirectory directory, SegmentSections sections, IProgress<SealedScrubProgress>? progress)
{
    private const int BlocksPerRead = 16;

    private readonly List<SealedDamage> _damages = [];
    private readonly byte[] _buffer = new byte[BlocksPerRead * SealedSegmentFormat.BlockBytes];
    private readonly BlockChecksum _checksum = new(directory.Id);
    private readonly long _total = directory.Sections.Sum(section => section.PaddedLength);
    private long _done;

    /// <summary>Runs; see <see cref="SealedSegment.Scrub"/>.</summary>
    public IReadOnlyList<SealedDamage> Run(CancellationToken cancellationToken)
    {
        Collect(RequireHead);
        foreach (var entry in directory.Sections)
        {
            for (long at = 0; at < entry.PaddedLength; at += _buffer.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                CheckRun(entry, at);
            }
        }

        Collect(() => RequireThisSegment(SegmentOpening.ReadEnd(file)));
        return _damages;
    }

    private void Collect(Action check)
    {
        try
        {
            check();
        }
        catch (CorruptionException e)
        {
            _damages.Add(SealedDamage.OfDirectory(e));
        }
    }

    private void RequireHead()
    {
        RequireThisSegment(SegmentOpening.ReadHead(file));
        var directoryBytes = BinaryPrimitives.ReadInt32LittleEndian(Fill(DirectoryPreamble.DirectoryBytesAt, sizeof(int)));
        for (long at = directoryBytes; at < directory.HeadBytes; at += _buffer.Length)
        {
            if (Fill(at, (int)Math.Min(_buffer.Length, directory.HeadBytes - at)).ContainsAnyExcept((byte)0))
                throw new CorruptionException(file.Path, at, "0 behind the directory", "another value");
        }
    }

    private void RequireThisSegment(SegmentDirectory found)
    {
        if (found.Id != directory.Id)
            throw new CorruptionException(file.Path, 0, $"segment {directory.Id}", $"{found.Id}");
    }

    private void CheckRun(SectionEntry entry, long at)
    {
        var bytes = Fill(entry.Offset + at, (int)Math.Min(_buffer.Length, entry.PaddedLength - at));
        if (entry.BlockBytes == 0)
            CheckPadding(entry, at, bytes);
        else
            CheckBlocks(sections.Require(entry.Key.Kind, entry.Key.Item), (int)(at >> SealedSegmentFormat.BlockBits), bytes);
        _done += bytes.Length;
        progress?.Report(new SealedScrubProgress(_done, _total));
    }

    private void CheckBlocks(SealedSection section, int first, ReadOnlySpan<byte> bytes)
    {
        Span<byte> checksums = stackalloc byte[BlocksPerRead * SealedSegmentFormat.ChecksumBytes];
        var firstChecksum = directory.Checksums.Offset + ((section.Entry.FirstChecksum + first) * SealedSegmentFormat.ChecksumBytes);
        checksums[file.Read(checksums, firstChecksum)..].Clear();
        for (var block = first; !bytes.IsEmpty; block++)
        {
            var length = Math.Min(bytes.Length, SealedSegmentFormat.BlockBytes);
            var expected = BinaryPrimitives.ReadUInt64LittleEndian(checksums[((block - first) * SealedSegmentFormat.ChecksumBytes)..]);
            var found = _checksum.Of(bytes[..length], section.Entry.BlockOffset(block));
            if (expected != found)
            {
                section.Forget(block);
                _damages.Add(section.DamageOf(block, expected, found));
            }

            bytes = bytes[length..];
        }
    }

    // The checksums are covered by the blocks that they are of; what is left of their section is padding.
    private void CheckPadding(SectionEntry entry, long at, ReadOnlySpan<byte> bytes)
    {
        var content = (int)Math.Clamp(entry.Length - at, 0, bytes.Length);
        if (bytes[content..].ContainsAnyExcept((byte)0))
            _damages.Add(new SealedDamage(file.Path, entry.Offset + at + content, "0 in the padding", "another value", entry.Key, entry.IsDerived));
    }

    /// <summary>Bytes of the file; zeros for those that it does not have.</summary>
    private Span<byte> Fill(long offset, int length)
    {
        var bytes = _buffer.AsSpan(0, length);
        bytes[file.Read(bytes, offset)..].Clear();
        return bytes;
    }
}
