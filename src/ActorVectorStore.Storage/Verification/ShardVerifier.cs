using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Reads every byte of the files of a database's shards and lists what is damaged: for the command line and for support. It needs no log and no manifest, so it does not
/// miss a file that is gone; opening a shard does. Nothing is modified. The files must be in nobody's use: take the database's directory first. Memory: that of the largest vector index.
/// </summary>
public sealed class ShardVerifier
{
    private readonly IFileSystem _fileSystem;
    private readonly IProgress<ShardVerificationProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly PayloadBlockCache _cache = new(blocksMax: 1);
    private readonly List<ShardDamage> _damages = [];
    private readonly (string Folder, string[] Names)[] _shards;
    private int _segments;
    private int _deletionFiles;
    private int _vectorIndexes;
    private int _otherFiles;
    private long _bytes;

    private ShardVerifier(IFileSystem fileSystem, string directory, IProgress<ShardVerificationProgress>? progress, CancellationToken cancellation)
    {
        (_fileSystem, _progress, _cancellation) = (fileSystem, progress, cancellation);
        _shards = [.. fileSystem.ListDirectories(directory).Select(name => Path.Combine(directory, name)).Select(folder => (folder, fileSystem.ListFiles(folder).ToArray()))];
    }

    /// <summary>Verifies. Blocks.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="directory">The directory that has a directory for each shard: as that of <see cref="ShardDisk"/>. One that is missing has no shards.</param>
    /// <param name="progress">Told after each MiB or less, and after each file.</param>
    /// <param name="cancellationToken">Looked at as often.</param>
    public static ShardVerification Verify(
        IFileSystem fileSystem, string directory, IProgress<ShardVerificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return new ShardVerifier(fileSystem, directory, progress, cancellationToken).Run();
    }

    private ShardVerification Run()
    {
        foreach (var (folder, names) in _shards)
            CheckShard(folder, names);
        return new ShardVerification(_shards.Length, _segments, _deletionFiles, _vectorIndexes, _bytes, _otherFiles, _damages);
    }

    // Segments first: how many rows they have is a bound for what is deleted of them.
    private void CheckShard(string folder, string[] names)
    {
        var rowCounts = new Dictionary<SealedSegmentId, int>();
        foreach (var name in names)
        {
            if (ShardFiles.IsSegment(name, out var id))
                Check(ref _segments, Path.Combine(folder, name), path => rowCounts[id] = CheckSegment(path, id));
        }

        foreach (var name in names)
        {
            if (ShardFiles.IsDeletions(name, out var id, out var index))
                Check(ref _deletionFiles, Path.Combine(folder, name), path => CheckDeletions(path, id, index, rowCounts.GetValueOrDefault(id, SealedSegmentFormat.RowsMax)));
            else if (ShardFiles.IsIndex(name, out id, out var column))
                Check(ref _vectorIndexes, Path.Combine(folder, name), path => CheckIndex(path, id, column));
            else if (!ShardFiles.IsSegment(name, out _))
                _otherFiles++;
        }

        Report(0);
    }

    private void Check(ref int count, string path, Action<string> check)
    {
        _cancellation.ThrowIfCancellationRequested();
        try
        {
            check(path);
        }
        catch (CorruptionException e)
        {
            _damages.Add(ShardDamage.Of(e));
        }
        catch (IOException e)
        {
            _damages.Add(ShardDamage.OfUnreadable(path, e));
        }

        count++;
        Report(0);
    }

    private int CheckSegment(string path, SealedSegmentId id)
    {
        using var segment = SealedSegment.Open(_fileSystem, path, _cache);
        if (segment.Id != id)
            throw new CorruptionException(path, 0, $"segment {id}", $"{segment.Id}");
        var before = _bytes;
        _damages.AddRange(segment.Scrub(new Steps(done => Report(before + done.BytesDone - _bytes)), _cancellation).Select(ShardDamage.Of));
        Report(before + segment.FileBytes - _bytes);
        return segment.RowCount;
    }

    private void CheckDeletions(string path, SealedSegmentId id, long index, int rowCount) => Report(DeletionsFormat.Verify(_fileSystem, path, id, index, rowCount));

    private void CheckIndex(string path, SealedSegmentId id, int column)
    {
        try
        {
            using var index = VectorIndexFile.Read(_fileSystem, path, makeWay: null, _cancellation);
            if (index.Header.Segment != id || index.Header.Column != column)
                throw new CorruptionException(path, 0, $"an index of column {column} of segment {id}", $"one of column {index.Header.Column} of segment {index.Header.Segment}");
            Report(index.FileBytes);
        }
        catch (CorruptionException e)
        {
            _damages.Add(ShardDamage.OfVectorIndex(e, column));
        }
    }

    private void Report(long bytes)
    {
        _bytes += bytes;
        _progress?.Report(new ShardVerificationProgress(_segments + _deletionFiles + _vectorIndexes + _otherFiles, _shards.Sum(shard => shard.Names.Length), _bytes));
    }

    private sealed class Steps(Action<SealedScrubProgress> step) : IProgress<SealedScrubProgress>
    {
        public void Report(SealedScrubProgress value) => step(value);
    }
}
