namespace ActorVectorStore.Storage;

/// <summary>
/// A checkpoint on its way: work that a shard's owner has begun, that any one thread does, and whose <see cref="Manifest"/> the owner then saves. What is saved
/// is <see cref="Index"/>, whatever was applied meanwhile.
/// </summary>
public sealed class CheckpointSave
{
    private readonly ShardFiles _files;
    private readonly ShardManifest _header;
    private byte[]? _manifest;
    private long _deletionBytes;

    internal CheckpointSave(ShardFiles files, SegmentSet lease, ShardManifest header) => (_files, Lease, _header) = (files, lease, header);

    /// <summary>The log up to this index may go when the manifest is saved.</summary>
    public long Index => _header.Index;

    /// <summary>What is to be saved, under the number <see cref="Index"/>.</summary>
    public ReadOnlyMemory<byte> Manifest => _manifest ?? throw new InvalidOperationException("The work is not done yet.");

    /// <summary>Bytes of the manifest and of the files of deletions that were written for it; right when the work is done.</summary>
    public long WrittenBytes => _deletionBytes + (_manifest?.Length ?? 0);

    internal bool IsDone => _manifest is not null;

    /// <summary>The segments that the manifest will name.</summary>
    internal SegmentSet Lease { get; }

    /// <summary>The same, with what the manifest says of each; complete when the work is done.</summary>
    internal List<(DiskSegment Segment, SegmentEntry Entry)> Segments { get; } = [];

    /// <summary>Writes what the manifest will name. Durable on return, but nobody refers to it yet.</summary>
    /// <exception cref="IOException">The disk is full or refuses.</exception>
    public void Run()
    {
        foreach (var segment in Lease.OnDisk)
        {
            var entry = _files.WriteDeletions(segment, Index);
            _deletionBytes += entry == segment.Entry ? 0 : DeletionsFormat.Length(entry.DeletionCount);
            Segments.Add((segment, entry));
        }

        _manifest = ShardManifestFormat.Write(_header with { Segments = Segments.ConvertAll(segment => segment.Entry) });
    }

    internal void Close() => Lease.Release();
}
