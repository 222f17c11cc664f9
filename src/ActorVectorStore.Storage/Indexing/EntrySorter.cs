using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Sorts (key, row) entries in bounded memory: when its buffer is full, the entries in it are sorted and written to a temporary file as a run; reading
/// merges the runs (Knuth: The Art of Computer Programming 3, 5.4.1). First all additions, then any number of passes. One thread.
/// </summary>
/// <param name="fileSystem">The disk.</param>
/// <param name="temporaryPath">The file for runs. Made when the first one is written, removed by disposal; one that a crash left is overwritten.</param>
/// <param name="memoryBytes">Size of the buffer; see <see cref="EntryBuffer"/>.</param>
/// <remarks>While it is read, each run takes 64 KiB.</remarks>
internal sealed class EntrySorter(IFileSystem fileSystem, string temporaryPath, int memoryBytes) : IDisposable
{
    private const int WriteBytes = 256 << 10;

    private readonly List<(long Start, long End)> _runs = [];
    private EntryBuffer _buffer = new(memoryBytes);
    private IFile? _file;
    private bool _isSorted;

    /// <summary>Adds an entry; one that is there already does not count.</summary>
    public void Add(ReadOnlySpan<byte> key, int row)
    {
        if (_isSorted)
            throw new InvalidOperationException("Entries are read already.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, PayloadIndexSectionFormat.TermBytesMax, nameof(key));
        if (_buffer.IsFullFor(key.Length))
            WriteRun();
        _buffer.Add(key, row);
    }

    /// <summary>A pass through the entries, upwards, each once.</summary>
    public EntryCursor Read()
    {
        if (!_isSorted)
        {
            _isSorted = true;
            if (_runs.Count == 0)
            {
                _buffer.Sort();
            }
            else
            {
                WriteRun();
                _buffer = new EntryBuffer(0);
            }
        }

        return _runs.Count == 0 ? new BufferCursor(_buffer) : new MergeCursor(_runs.Select(run => new RunCursor(_file!, run.Start, run.End)));
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

    private void WriteRun()
    {
        if (_buffer.Count == 0)
            return;
        _file ??= fileSystem.Open(temporaryPath, FileOpening.CreateOrTruncate);
        _buffer.Sort();
        var start = _runs.Count == 0 ? 0 : _runs[^1].End;
        _runs.Add((start, Write(_file, start)));
        _buffer.Clear();
    }

    private long Write(IFile file, long position)
    {
        var bytes = new byte[WriteBytes];
        var used = 0;
        for (var entry = 0; entry < _buffer.Count; entry++)
        {
            var key = _buffer.KeyOf(entry);
            if (RunCursor.HeadBytes + key.Length > bytes.Length - used)
            {
                file.Write(bytes.AsSpan(0, used), position);
                position += used;
                used = 0;
            }

            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(used), key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(used + sizeof(int)), _buffer.RowOf(entry));
            key.CopyTo(bytes.AsSpan(used + RunCursor.HeadBytes));
            used += RunCursor.HeadBytes + key.Length;
        }

        file.Write(bytes.AsSpan(0, used), position);
        return position + used;
    }
}
