using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Testing;

/// <summary>A handle of one simulated file.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, FileNode node, string path, bool canWrite) : IFile
{
    // Keeps the page tables of sparse files small; no test needs more.
    private const long LengthMax = 1L << 34;

    private bool _isDisposed;

    public string Path { get; } = path;

    public long Length
    {
        get
        {
            using var operation = Begin(DiskOperations.None, changesDisk: false);
            return node.Content.Length;
        }
    }

    public int Read(Span<byte> buffer, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var operation = Begin(DiskOperations.Read, changesDisk: false, (offset, buffer.Length));
        operation.ThrowIfFails();
        var read = node.Content.Read(buffer, offset);
        disk.Traffic.AddRead(read);
        return read;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var operation = Begin(DiskOperations.Write, changesDisk: true, (offset, bytes.Length));
        RequireWritable(offset + bytes.Length);
        if (operation.Fails)
        {
            var landed = bytes[..disk.PartThatLands(operation.Number, bytes.Length)];
            disk.Space.TryTake(node, offset, offset + landed.Length, out var fitting);
            node.Content.Write(landed[..(int)fitting], offset, operation.Number);
            throw operation.Failure();
        }

        var fits = disk.Space.TryTake(node, offset, offset + bytes.Length, out var length);
        node.Content.Write(bytes[..(int)length], offset, operation.Number);
        disk.Traffic.AddWritten(length);
        if (!fits)
        {
            throw new DiskFullException(Path);
        }
    }

    public void SetLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        using var operation = Begin(DiskOperations.SetLength, changesDisk: true, (0, length));
        RequireWritable(length);
        operation.ThrowIfFails();
        node.Content.SetLength(length, operation.Number);
        disk.Space.GiveBack(node, length);
    }

    public void Preallocate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        using var operation = Begin(DiskOperations.Preallocate, changesDisk: true, (0, length));
        RequireWritable(length);
        operation.ThrowIfFails();
        if (!disk.Space.TryReserve(node, length))
        {
            throw new DiskFullException(Path);
        }

        node.Content.SetLength(Math.Max(length, node.Content.Length), operation.Number);
    }

    public void SyncData()
    {
        using var operation = Begin(DiskOperations.Sync, changesDisk: true);
        if (operation.Fails)
        {
            node.Content.FailSync(new PowerLoss(disk.FailedSyncKeeps), node.Id, disk.Freed);
            throw SimulatedDisk.SyncFailure(Path);
        }

        node.Sync();
    }

    public IMappedFile Map(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        using var operation = Begin(DiskOperations.Read, changesDisk: false, (0, length));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, node.Content.Length);
        operation.ThrowIfFails();
        var bytes = new byte[length];
        node.Content.Read(bytes, 0);
        return new SimulatedMapping(bytes, disk.Traffic);
    }

    public void Dispose()
    {
        using var scope = disk.Gate.EnterScope();
        if (!_isDisposed)
        {
            _isDisposed = true;
            node.Handles--;
            disk.Space.ForgetIfGone(node);
        }
    }

    private OperationGate.Operation Begin(DiskOperations kind, bool changesDisk, (long Offset, long Length)? range = null)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return disk.Gate.Begin(kind, changesDisk, Path, range);
    }

    private void RequireWritable(long length)
    {
        if (length is < 0 or > LengthMax)
        {
            throw new IOException($"{Path} cannot have {length} bytes; the limit of a simulated file is {LengthMax}.");
        }

        if (!canWrite)
        {
            throw new IOException($"{Path} is open for reading only.");
        }
    }
}
