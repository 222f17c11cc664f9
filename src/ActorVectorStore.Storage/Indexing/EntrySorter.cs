using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Sorts (key, row) entries in bounded memory: when its buffer is full, the entries in it are sorted and written to a temporary file as a run; reading
/// merges the runs (Knuth: The Art of Computer Programming 3, 5.4.1). First all additions, then any number of passes. One thread.
/// </summary>
/// <param name="fileSystem">The disk.</param>
/// <param name="temporaryPath">
/// The file for runs. Made when the first one is written, removed by disposal; one that a crash left is overwritten.
/// </param>
/// <param name="memoryBytes">Size of the buffer; see <see cref="EntryBuffer"/>.</param>
/// <remarks>
/// While it is read, each run takes 64 KiB. 64 runs of one level are merged into one of the next, so that there are never more than 63 of a level, and one
/// level more for 64 times as many entries. The file keeps what was merged: it has as many copies of an entry as there are levels.
/// </remarks>
internal sealed class EntrySorter(IFileSystem fileSystem, string temporaryPath, int memoryBytes) : IEntrySink, IDisposable
{
    private const int WriteBytes = 256 << 10;
    private const int RunsOfLevelMax = 64;

    private readonly List<EntryRun> _runs = [];
    private EntryBuffer _buffer = new(memoryBytes);
    private IFile? _file;
    private long _fileBytes;
    private bool _isSorted;

    /// <summary>Adds an entry; one that is there already does not count.</summary>
    /// <exception cref="IOException">The disk fails, or is full.</exception>
    public void Add(ReadOnlySpan<byte> key, int row)
    {
        if (_isSorted)
            throw new InvalidOperationException("Entries are read already.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, PayloadIndexSectionFormat.TermBytesMax, nameof(key));
        if (_buffer.IsFullFor(key.Length))
            WriteBuffer();
        _buffer.Add(key, row);
    }

    /// <summary>A pass through the entries, upwards, each once.</summary>
    /// <exception cref="IOException">The disk fails, or is full.</exception>
    public EntryCursor Read()
    {
        if (!_isSorted)
            Sort();
        return _runs.Count == 0 ? new BufferCursor(_buffer) : Merge(_runs);
    }

    public void Dispose()
    {
        if (_file is null)
            return;
        _file.Dispose();
        _file = null;
        try
        {
            fileSystem.DeleteFile(temporaryPath);
        }
        catch (IOException)
        {
            // The file that is left is in nobody's way: the next one of this name overwrites it.
        }
    }

    private void Sort()
    {
        _isSorted = true;
        if (_runs.Count == 0)
        {
            _buffer.Sort();
            return;
        }

        WriteBuffer();
        _buffer = new EntryBuffer(0);
    }

    private void WriteBuffer()
    {
        _file ??= fileSystem.Open(temporaryPath, FileOpening.CreateOrTruncate);
        _buffer.Sort();
        WriteRun(new BufferCursor(_buffer), 0);
        _buffer.Clear();
        for (var level = 0; _runs.FindAll(run => run.Level == level) is { Count: RunsOfLevelMax } runs; level++)
        {
            WriteRun(Merge(runs), level + 1);
            _runs.RemoveAll(run => run.Level == level);
        }
    }

    private MergeCursor Merge(IEnumerable<EntryRun> runs) => new(runs.Select(run => new RunCursor(_file!, run.Start, run.End)));

    private void WriteRun(EntryCursor entries, int level)
    {
        var start = _fileBytes;
        var bytes = new byte[WriteBytes];
        var used = 0;
        while (entries.MoveNext())
        {
            if (RunCursor.HeadBytes + entries.Key.Length > bytes.Length - used)
                Flush(bytes, ref used);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(used), entries.Key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(used + sizeof(int)), entries.Row);
            entries.Key.CopyTo(bytes.AsSpan(used + RunCursor.HeadBytes));
            used += RunCursor.HeadBytes + entries.Key.Length;
        }

        Flush(bytes, ref used);
        _runs.Add(new EntryRun(start, _fileBytes, level));
    }

    private void Flush(byte[] bytes, ref int used)
    {
        _file!.Write(bytes.AsSpan(0, used), _fileBytes);
        _fileBytes += used;
        used = 0;
    }
}
