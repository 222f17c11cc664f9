using System.Security.Cryptography;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Wal;

/// <summary>
/// Finds out what a directory's segments hold. <see cref="Read"/> changes nothing; <see cref="Repair"/> then makes the end of the log fit to be
/// written on.
/// </summary>
internal sealed class LogRecovery(IFileSystem fileSystem, string directory, FileOpening opening, WalMutations mutations)
{
    private readonly LogIndex _index = new();
    private readonly Dictionary<uint, IFile> _files = [];
    private readonly Dictionary<uint, SegmentHeader> _headers = [];
    private readonly List<string> _spares = [];
    private readonly List<string> _unfinished = [];
    private FrameWindow _window = null!;
    private SegmentLoader _loader = null!;
    private SegmentScanner? _tail;
    private SegmentScanner? _tornBirth;
    private uint? _tornBirthNumber;
    private uint _last;
    private uint _highest;
    private int _scanned;
    private long _headerBytes;

    /// <summary>Reads everything. The files it needs stay open.</summary>
    /// <exception cref="CorruptionException">Something that was durable is damaged or missing.</exception>
    /// <exception cref="UnsupportedFormatException">A newer program wrote the log.</exception>
    public RecoveredLog Read()
    {
        try
        {
            var identity = LogIdentity.Find(fileSystem, directory);
            var numbers = ListSegments();
            ReadHeaders(numbers);
            var seal = new FrameSeal(FindSalt(identity, numbers), (mutations & WalMutations.SkipSalt) != 0);
            _window = new FrameWindow(seal, (mutations & WalMutations.SkipPayloadChecksum) == 0);
            _loader = new SegmentLoader(_index, _window, mutations);
            _last = FindLast(numbers);
            CheckUnused(numbers, thorough: false);
            CheckIdentity(identity);
            var live = ReadTail();
            CheckTorn(numbers);
            CheckHeaders(seal.Salt, live);
            ReadEarlier(live);
            _loader.CheckSequence();
            Settle();
            return Result(seal, numbers, live, hasIdentity: identity is not null);
        }
        catch
        {
            CloseFiles();
            throw;
        }
    }

    /// <summary>
    /// Makes what was read safe to build on. The frames of the last commit may be in the page cache only, put there by a process that died before
    /// its sync or whose sync failed: they are written again and synced. What is left of a torn commit is zeroed, lest it come back behind new frames.
    /// </summary>
    public void Repair(RecoveredLog log)
    {
        if (_tail is { IsSealed: false } tail)
        {
            RepairTail(_files[_last], tail);
        }

        foreach (var name in _unfinished)
        {
            fileSystem.DeleteFile(Path.Combine(directory, name));
        }

        foreach (var number in log.UnusedNumbers)
        {
            if (_files.Remove(number, out var file))
            {
                file.Dispose();
            }

            var spare = Path.Combine(directory, SegmentFormat.SpareName(number));
            fileSystem.Rename(Path.Combine(directory, SegmentFormat.FileName(number)), spare);
            if (!log.Spares.Contains(spare))
            {
                // It may have replaced a spare of the same number, which an earlier life of this segment left.
                log.Spares.Add(spare);
            }
        }
    }

    public void CloseFiles()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
    }

    private static ulong NewSalt()
    {
        Span<byte> salt = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(salt);
        return BitConverter.ToUInt64(salt);
    }

    private List<uint> ListSegments()
    {
        var numbers = new List<uint>();
        foreach (var name in fileSystem.ListFiles(directory))
        {
            if (SegmentFormat.TryParseFileName(name, out var number))
            {
                numbers.Add(number);
                _highest = Math.Max(_highest, number);
            }
            else if (SegmentFormat.TryParseSpareName(name, out var former))
            {
                _spares.Add(Path.Combine(directory, name));
                _highest = Math.Max(_highest, former);
            }
            else if (SegmentSupply.IsUnfinishedName(name))
            {
                _unfinished.Add(name);
            }
            else
            {
                RefuseForeignName(name);
            }
        }

        return numbers;
    }

    /// <summary>Files with an ending of ours are overwritten or deleted sooner or later: one that we did not name must not be among them.</summary>
    private void RefuseForeignName(string name)
    {
        foreach (var (ending, ours) in (ReadOnlySpan<(string, string)>)[
            (SegmentFormat.FileEnding, SegmentFormat.FileName(1)),
            (SegmentFormat.SpareEnding, SegmentFormat.SpareName(1)),
            (SegmentSupply.UnfinishedEnding, SegmentFormat.FileName(1) + SegmentSupply.UnfinishedEnding)])
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                throw new CorruptionException(Path.Combine(directory, name), 0, $"a file of the log, named like {ours}", $"a file named {name}");
            }
        }
    }

    /// <summary>Opens all segments and reads their headers.</summary>
    private void ReadHeaders(List<uint> numbers)
    {
        foreach (var number in numbers)
        {
            var file = fileSystem.Open(Path.Combine(directory, SegmentFormat.FileName(number)), opening);
            _files.Add(number, file);
            var header = SegmentFormat.ReadHeader(file);
            _headers.Add(number, header);
            _headerBytes += SegmentFormat.HeaderBytes;
        }
    }

    /// <summary>
    /// The identity has it, and so has every whole header. Where there is neither, nothing was ever acknowledged, and what a power failure has mixed
    /// are headers with the same salt: files with another one are not recycled.
    /// </summary>
    private ulong FindSalt(ulong? identity, List<uint> numbers) =>
        identity ?? WholeSalt() ?? (numbers.Count > 0 ? _headers[numbers[0]].Salt : NewSalt());

    private ulong? WholeSalt() =>
        _headers.Values.FirstOrDefault(header => header.Damage is null) is { Segment: > 0 } whole ? whole.Salt : null;

    /// <summary>
    /// Every segment has the log's salt, and those that the log consists of have whole headers and all the bytes that these speak of. An unused file
    /// may be shorter: a power failure can leave the header of its former life over the length that it was cut to for the next one.
    /// </summary>
    private void CheckHeaders(ulong salt, SortedDictionary<uint, uint> live)
    {
        foreach (var (number, header) in _headers)
        {
            if (header.Damage is { } damage && (live.ContainsKey(number) || number == _tornBirthNumber || header.Salt != salt))
            {
                throw damage;
            }

            if (header.Salt != salt)
            {
                throw new CorruptionException(
                    _files[number].Path, 16, $"a segment of the log with salt {salt:x16}", $"one of the log with salt {header.Salt:x16}");
            }

            if (live.ContainsKey(number) && _files[number] is var file && file.Length < header.Capacity)
            {
                throw new CorruptionException(file.Path, file.Length, $"a file of at least {header.Capacity} bytes", $"its end at {file.Length}");
            }
        }
    }

    /// <summary>A log that has an identity has had frames, and always keeps a segment that has some.</summary>
    private void CheckIdentity(ulong? identity)
    {
        if (identity is not { } expected || (mutations & WalMutations.IgnoreMissingSegments) != 0)
        {
            return;
        }

        if (WholeSalt() is { } salt && salt != expected)
        {
            throw new CorruptionException(
                _files.Values.First().Path, 16, $"a segment of the log with salt {expected:x16}", $"one of the log with salt {salt:x16}");
        }

        if (_last == 0)
        {
            throw new CorruptionException(
                Path.Combine(directory, SegmentFormat.FileName(_files.Keys.DefaultIfEmpty(1u).Min())),
                0,
                $"a segment with the frames that {LogIdentityFormat.FileName} says were synced here",
                _files.Count == 0 ? "no segment" : $"no frames in any of {_files.Count} segments");
        }
    }

    /// <summary>Number of the newest segment that has frames; 0 if none has.</summary>
    private uint FindLast(List<uint> numbers)
    {
        for (var i = numbers.Count - 1; i >= 0; i--)
        {
            var file = _files[numbers[i]];
            if (_window.TryReadHead(file, numbers[i], SegmentFormat.HeaderBytes, file.Length, out var header, out _)
                && header.Kind == FrameKind.SegmentStart)
            {
                // A start whose commit is torn is not used yet: the log ends in the segment before.
                var state = _window.Read(file, numbers[i], SegmentFormat.HeaderBytes, file.Length, out _, out _, out _);
                if (state == FrameState.Valid)
                {
                    return numbers[i];
                }
            }
        }

        return 0;
    }

    /// <summary>
    /// The segment behind the last one must really be unused. Only that one needs a look: segments are used in order, and none before the commits
    /// in the one before it were synced. What a torn commit left in it never comes back, because its number is not used again.
    /// </summary>
    private void CheckUnused(List<uint> numbers, bool thorough)
    {
        var next = numbers.FindIndex(number => number > _last);
        if (next < 0 || (!thorough && SegmentFormat.IsUntouched(_files[numbers[next]], numbers[next])))
        {
            return;
        }

        var scanner = new SegmentScanner(_files[numbers[next]], numbers[next], _window, mutations);
        scanner.Scan(knownEnd: null, isFollowed: false, static (in _, _, _, _) => { });
        if (scanner.TornEnd > 0)
        {
            (_tornBirth, _tornBirthNumber) = (scanner, numbers[next]);
        }
    }

    /// <summary>If the last segment seems to end in a torn commit, remains of a commit behind it, wherever they are, prove that it does not.</summary>
    private void CheckTorn(List<uint> numbers)
    {
        if (_tail is { TornEnd: > 0 } tail && _tornBirth is null)
        {
            CheckUnused(numbers, thorough: true);
            if (_tornBirth is not null)
            {
                throw tail.Damage();
            }
        }
    }

    /// <summary>Scans the last segment; returns the segments that the log consists of, and where each ends.</summary>
    private SortedDictionary<uint, uint> ReadTail()
    {
        var live = new SortedDictionary<uint, uint>();
        if (_last == 0)
        {
            return live;
        }

        var file = _files[_last];
        var segment = new Segment(_last, CapacityOf(_last), file);
        _tail = _loader.Scan(segment, knownEnd: null, isFollowed: _tornBirth is not null, live);
        _scanned++;
        live.Add(_last, segment.End);
        CheckSuccessor(segment);
        return live;
    }

    /// <summary>
    /// The index of a segment is written only after the first commit in the next one was synced. What is left of an index, be it only the trailer, is
    /// therefore proof of a later segment; that there is none with frames means that it was lost or damaged.
    /// </summary>
    private void CheckSuccessor(Segment segment)
    {
        if (!_tail!.HasIndex && !_loader.HasTrailer(segment))
        {
            return;
        }

        if ((mutations & WalMutations.IgnoreMissingSegments) == 0)
        {
            var next = _headers.Keys.Where(number => number > _last).DefaultIfEmpty(_last + 1).Min();
            var path = Path.Combine(directory, SegmentFormat.FileName(next));
            throw new CorruptionException(
                path,
                _files.ContainsKey(next) ? SegmentFormat.HeaderBytes : 0,
                $"the frames that were synced behind those of {SegmentFormat.FileName(_last)} before it was sealed",
                _files.ContainsKey(next) ? "bytes that are none" : "no such file");
        }
    }

    private void ReadEarlier(SortedDictionary<uint, uint> live)
    {
        foreach (var (number, end) in live.Where(pair => pair.Key < _last))
        {
            if (!_files.TryGetValue(number, out var file))
            {
                if ((mutations & WalMutations.IgnoreMissingSegments) != 0)
                {
                    continue;
                }

                throw new CorruptionException(
                    Path.Combine(directory, SegmentFormat.FileName(number)), 0, $"segment {number} of the log", "no such file");
            }

            var segment = new Segment(number, CapacityOf(number), file) { IsSealed = true };
            if (!_loader.TryLoadIndex(segment))
            {
                _loader.Scan(segment, end, isFollowed: true, live: null);
                _scanned++;
            }

            if (segment.End != end)
            {
                throw new CorruptionException(
                    file.Path, segment.End, $"the end of the frames at {end}, as segment {_last} says", $"their end at {segment.End}");
            }
        }
    }

    private long CapacityOf(uint number)
    {
        var header = _headers[number];
        return header.Segment == number
            ? header.Capacity
            : throw new CorruptionException(
                _files[number].Path, 12, $"the header of segment {number}", $"that of segment {header.Segment}");
    }

    /// <summary>With all deletions known, lets go of what they cover.</summary>
    private void Settle()
    {
        foreach (var stream in _index.Numbered)
        {
            stream.DropDeleted();
            stream.WrittenSequence = stream.HighestSequence;
            if (stream.PartlyDeleted() is not null)
            {
                _index.PartlyDeleted.Add(stream);
            }
        }
    }

    private RecoveredLog Result(FrameSeal seal, List<uint> numbers, SortedDictionary<uint, uint> live, bool hasIdentity)
    {
        var last = _index.FindSegment(_last);
        var active = last is { IsSealed: false } ? last : null;
        var end = last is null ? default : new WalPosition(_last, last.End);
        var torn = _tail is { TornEnd: > 0 } tail ? tail.TornEnd - tail.Offset : 0;
        torn += _tornBirth is { } birth ? birth.TornEnd - SegmentFormat.HeaderBytes : 0;
        return new RecoveredLog(_index, seal, active, end, last?.Chain ?? 0, Math.Max(_highest, _last) + 1, _spares)
        {
            UnusedNumbers = [.. numbers.Where(number => !live.ContainsKey(number))],
            HasIdentity = hasIdentity,
            EndIsProven = _tail is null || _tail.EndsWithMark,
            Report = new RecoveryReport(_index.Segments.Count, _scanned, _window.BytesRead + _headerBytes, end, torn),
        };
    }

    private void RepairTail(IFile file, SegmentScanner tail)
    {
        if ((mutations & WalMutations.TrustUnsyncedTail) == 0)
        {
            var commit = new byte[tail.Offset - tail.LastCommit];
            file.Read(commit, tail.LastCommit);
            file.Write(commit, tail.LastCommit);
        }

        if (tail.TornEnd > 0)
        {
            Erase(file, tail.Offset, tail.TornEnd);
        }
        else if ((mutations & WalMutations.TrustUnsyncedTail) == 0)
        {
            file.SyncData();
        }
    }

    private void Erase(IFile file, long from, long to)
    {
        if ((mutations & WalMutations.KeepTornTail) != 0)
        {
            return;
        }

        var zeros = new byte[1 << 20];
        for (var offset = from; offset < to; offset += zeros.Length)
        {
            file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, to - offset)), offset);
        }

        file.SyncData();
    }
}
