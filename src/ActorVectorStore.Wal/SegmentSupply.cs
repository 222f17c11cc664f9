using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Makes segment files before they are needed, so that the commit only overwrites blocks that exist: zero-filled and synced, or recycled from
/// freed segments. A file gets its final name only when it is usable, and the name is durable before the file is handed out.
/// </summary>
/// <remarks>Whoever needs a segment and finds none makes it itself: the maintenance may be waiting for the very commit that asks.</remarks>
internal sealed class SegmentSupply(IFileSystem fileSystem, string directory, WalOptions options, ulong salt, WalCounters counters, WalMutations mutations)
{
    /// <summary>Ending of a file that is being made; it holds nothing.</summary>
    public const string UnfinishedEnding = ".new";

    /// <summary>Whether a name is that of a file that a preparation was making.</summary>
    public static bool IsUnfinishedName(string name) =>
        name.EndsWith(UnfinishedEnding, StringComparison.Ordinal) && SegmentFormat.TryParseFileName(name[..^UnfinishedEnding.Length], out _);

    private const int ZeroBytes = 1 << 20;
    private const int ReserveSegments = 1;
    private static readonly byte[] Zeros = GC.AllocateArray<byte>(ZeroBytes);

    private readonly object _ready = new();
    private readonly Lock _making = new();
    private readonly Queue<Segment> _prepared = [];
    private readonly Stack<string> _spares = [];
    private uint _nextNumber;
    private Exception? _problem;

    /// <summary>Why the last preparation failed, or null.</summary>
    public Exception? Problem => Volatile.Read(ref _problem);

    public int Count
    {
        get
        {
            lock (_ready)
            {
                return _prepared.Count + _spares.Count;
            }
        }
    }

    /// <summary>Takes over what the opening found. No file has ever had <paramref name="nextNumber"/> or a higher number.</summary>
    public void Start(uint nextNumber, IEnumerable<string> spares)
    {
        _nextNumber = nextNumber;
        foreach (var spare in spares)
        {
            _spares.Push(spare);
        }
    }

    /// <summary>Half of the prepared files are used: filling up now lets one sync of the directory serve several.</summary>
    public bool IsHalfUsed => PreparedCount <= PreparedMax / 2;

    private int PreparedMax => options.PreparedSegments + ReserveSegments;

    /// <summary>
    /// A step towards all prepared files, the reserve included; false when there is nothing more to do, or no space for it. Failures are kept for whoever
    /// needs a segment.
    /// </summary>
    /// <exception cref="SyncFailedException">The log must stop.</exception>
    public bool TryPrepareStep()
    {
        lock (_making)
        {
            return PreparedCount < PreparedMax && TryPrepareSome(PreparedMax) && PreparedCount < PreparedMax;
        }
    }

    /// <summary>
    /// Sees to it that there is a segment which only deletions may use: what frees space needs some, and must get it on a full disk.
    /// </summary>
    /// <exception cref="IOException">There is none, as a rule for lack of space. A later call tries again.</exception>
    public void RequireReserve() => Require(ReserveSegments);

    /// <summary>Whether <see cref="Take"/> will find a segment.</summary>
    public bool IsReady(bool mayUseReserve) => PreparedCount >= Needed(mayUseReserve);

    private static int Needed(bool mayUseReserve) => mayUseReserve ? 1 : ReserveSegments + 1;

    private void Prepare(int count)
    {
        while (PreparedCount < count)
        {
            lock (_making)
            {
                if (!TryPrepareSome(count))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Every recycled segment at once, or one that has to be filled, so that whoever waits does not wait for all.</summary>
    private bool TryPrepareSome(int count)
    {
        var made = new List<Segment>();
        try
        {
            while (PreparedCount + made.Count < count && TryRecycle() is { } recycled)
            {
                made.Add(recycled);
            }

            if (made.Count == 0 && PreparedCount < count)
            {
                made.Add(CreateZeroFilled());
            }

            Offer(made);
            Volatile.Write(ref _problem, null);
            return true;
        }
        catch (Exception e)
        {
            if (e is not SyncFailedException)
            {
                Offer(made);
            }

            Fail(e);
            if (e is not IOException || e is SyncFailedException)
            {
                throw;
            }

            return false;
        }
    }

    /// <summary>The next segment, which has at least <paramref name="capacity"/> bytes; makes one if there is none.</summary>
    /// <param name="capacity">Bytes for header and frames.</param>
    /// <param name="mayUseReserve">The last prepared segment may be taken.</param>
    /// <param name="isReserve">It was taken.</param>
    /// <exception cref="IOException">The preparation failed, as a rule for lack of space. A later call tries again.</exception>
    public Segment Take(long capacity, bool mayUseReserve, out bool isReserve)
    {
        Require(Needed(mayUseReserve));
        Segment segment;
        lock (_ready)
        {
            segment = _prepared.Peek();
        }

        if (segment.Capacity < capacity)
        {
            segment = Enlarge(segment, capacity);
        }
        else if (segment.File.Length > segment.Capacity)
        {
            Restore(segment);
        }

        lock (_ready)
        {
            _prepared.Dequeue();
            isReserve = _prepared.Count == 0;
        }

        return segment;
    }

    /// <summary>Why a preparation is of no use any more.</summary>
    public void Fail(Exception problem) => Volatile.Write(ref _problem, problem);

    private void Require(int count)
    {
        if (PreparedCount >= count)
        {
            return;
        }

        Prepare(count);
        if (PreparedCount >= count)
        {
            return;
        }

        throw Problem is DiskFullException problem
            ? new DiskFullException(directory, problem)
            : new IOException($"No log segment could be prepared in {directory}: {Problem?.Message}", Problem);
    }

    /// <summary>Takes back the file of a segment that has left the log durably and has no readers.</summary>
    public void Recycle(Segment segment)
    {
        var path = Path.Combine(directory, SegmentFormat.FileName(segment.Number));
        segment.File.Dispose();
        if (Count >= options.PreparedSegments + ReserveSegments + options.SpareSegmentsMax || segment.Capacity != options.SegmentBytes)
        {
            fileSystem.DeleteFile(path);
            return;
        }

        var spare = Path.Combine(directory, SegmentFormat.SpareName(segment.Number));
        fileSystem.Rename(path, spare);
        lock (_ready)
        {
            _spares.Push(spare);
        }
    }

    /// <summary>Gives the prepared files names of spares, so that the next opening need not look into them; closes them.</summary>
    public void Close()
    {
        lock (_ready)
        {
            while (_prepared.TryDequeue(out var segment))
            {
                segment.File.Dispose();
                fileSystem.Rename(
                    Path.Combine(directory, SegmentFormat.FileName(segment.Number)),
                    Path.Combine(directory, SegmentFormat.SpareName(segment.Number)));
            }
        }
    }

    private int PreparedCount
    {
        get
        {
            lock (_ready)
            {
                return _prepared.Count;
            }
        }
    }

    /// <summary>One sync makes the names of all of them durable.</summary>
    private void Offer(List<Segment> segments)
    {
        if (segments.Count == 0)
        {
            return;
        }

        SyncDirectory();
        lock (_ready)
        {
            segments.ForEach(_prepared.Enqueue);
        }
    }

    private Segment? TryRecycle()
    {
        string? spare;
        lock (_ready)
        {
            _spares.TryPop(out spare);
        }

        if (spare is null)
        {
            return null;
        }

        try
        {
            return TryBegin(spare) ? Name(spare, options.SegmentBytes) : null;
        }
        catch (DiskFullException)
        {
            // Whatever was refused, it still has the name of a spare, and its salt.
            lock (_ready)
            {
                _spares.Push(spare);
            }

            throw;
        }
    }

    /// <summary>
    /// Makes a spare begin as the next segment, before it is named so: the last operation that can find no space is then the naming. False if it is of no
    /// use. No sync: the first commit in the segment makes the header durable too, and until then no frame in it counts.
    /// </summary>
    private bool TryBegin(string spare)
    {
        using var file = fileSystem.Open(spare, FileOpening.WriteExisting);
        if (!TryReadSalt(file, out var saltOfSpare))
        {
            return false;
        }

        // A file of an earlier log in this directory is of no use: a power failure could mix its header with ours.
        if (file.Length < options.SegmentBytes || saltOfSpare != salt)
        {
            fileSystem.DeleteFile(spare);
            return false;
        }

        // Cuts off an index frame that reached beyond the capacity.
        if (file.Length > options.SegmentBytes)
        {
            file.SetLength(options.SegmentBytes);
        }

        WriteFirstSector(file, _nextNumber, options.SegmentBytes);
        return true;
    }

    /// <summary>
    /// False for a file that no log of this version made: every spare of ours was a segment with a durable header. It is nobody's to delete, nor a
    /// reason to refuse a write that needs a segment.
    /// </summary>
    private static bool TryReadSalt(IFile file, out ulong salt)
    {
        try
        {
            salt = SegmentFormat.ReadHeader(file).Salt;
            return true;
        }
        catch (Exception e) when (e is CorruptionException or UnsupportedFormatException)
        {
            salt = 0;
            return false;
        }
    }

    private Segment CreateZeroFilled()
    {
        var unfinished = Path.Combine(directory, SegmentFormat.FileName(_nextNumber) + UnfinishedEnding);
        try
        {
            using (var file = fileSystem.Open(unfinished, FileOpening.CreateOrTruncate))
            {
                ZeroFill(file, 0, options.SegmentBytes);
                WriteHeader(file, _nextNumber, options.SegmentBytes);
                SyncData(file);
            }

            return Name(unfinished, options.SegmentBytes);
        }
        catch (DiskFullException)
        {
            fileSystem.DeleteFile(unfinished);
            throw;
        }
    }

    private Segment Name(string source, long capacity)
    {
        var path = Path.Combine(directory, SegmentFormat.FileName(_nextNumber));
        fileSystem.Rename(source, path);
        return new Segment(_nextNumber++, capacity, fileSystem.Open(path, FileOpening.WriteExisting));
    }

    /// <summary>The length is durable before the header says it: a file shorter than its header says is damaged, always.</summary>
    private Segment Enlarge(Segment segment, long capacity)
    {
        ZeroFill(segment.File, segment.Capacity, capacity);
        SyncData(segment.File);
        WriteHeader(segment.File, segment.Number, capacity);
        SyncData(segment.File);
        return new Segment(segment.Number, capacity, segment.File);
    }

    /// <summary>
    /// What an enlargement left that found no space: a longer file, whose header may be half of each. The cut comes last, so that this is tried again
    /// until both have succeeded. No sync, as for a file that is recycled.
    /// </summary>
    private void Restore(Segment segment)
    {
        WriteFirstSector(segment.File, segment.Number, segment.Capacity);
        segment.File.SetLength(segment.Capacity);
    }

    private void ZeroFill(IFile file, long from, long to)
    {
        file.Preallocate(to);
        for (var offset = from; offset < to; offset += ZeroBytes)
        {
            file.Write(Zeros.AsSpan(0, (int)Math.Min(ZeroBytes, to - offset)), offset);
        }

        counters.AddBackgroundBytes(to - from);
    }

    private void WriteHeader(IFile file, uint number, long capacity)
    {
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
        SegmentFormat.WriteHeader(header, number, salt, capacity);
        file.Write(header, 0);
    }

    /// <summary>The header, and nothing where the first frame will be: what <see cref="SegmentFormat.IsUntouched"/> looks for.</summary>
    private void WriteFirstSector(IFile file, uint number, long capacity)
    {
        Span<byte> sector = stackalloc byte[SegmentFormat.SectorBytes];
        sector.Clear();
        SegmentFormat.WriteHeader(sector[..SegmentFormat.HeaderBytes], number, salt, capacity);
        file.Write(sector, 0);
    }

    private void SyncData(IFile file)
    {
        counters.AddBackgroundSync();
        file.SyncData();
    }

    private void SyncDirectory()
    {
        if ((mutations & WalMutations.SkipDirectorySync) != 0)
        {
            return;
        }

        counters.AddBackgroundSync();
        fileSystem.SyncDirectory(directory);
    }
}
