using System.Runtime.InteropServices;

namespace ActorVectorStore.Testing;

/// <summary>
/// The bytes of one file twice: as a running process reads them (the page cache) and as they are on the disk, with the changes between the
/// two. Invariant: applying all pending changes to the durable bytes gives the cached bytes, but for the sectors and lengths that a failed
/// sync lost. Guarded by the disk's lock.
/// </summary>
internal sealed class FileContent
{
    /// <summary>What a disk writes as a whole or not at all.</summary>
    public const int SectorBytes = 512;

    private readonly List<PendingChange> _pending = [];
    private readonly HashSet<long> _lostSectors = [];
    private PagedBytes _cached = new();
    private PagedBytes _durable = new();
    private bool _lostLength;

    public long Length => _cached.Length;

    /// <summary>The bytes on the disk, for reading only.</summary>
    public PagedBytes Durable => _durable;

    public bool IsClean => _pending.Count == 0 && _lostSectors.Count == 0 && !_lostLength;

    /// <summary>The number of the last write that no sync has covered, or 0.</summary>
    public long LastPendingWrite => _pending.FindLast(change => change.IsWrite)?.Number ?? 0;

    public FileContent Clone()
    {
        var copy = new FileContent { _cached = _cached.Clone(), _durable = _durable.Clone(), _lostLength = _lostLength };
        copy._pending.AddRange(_pending);
        copy._lostSectors.UnionWith(_lostSectors);
        return copy;
    }

    public int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        _cached.Get(buffer[..count], offset);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset, long number)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var end = offset + bytes.Length;
        _cached.Put(bytes, offset);
        _cached.Length = Math.Max(_cached.Length, end);
        if (_lostSectors.Count == 0)
        {
            _pending.Add(PendingChange.Write(number, offset, bytes.ToArray()));
            return;
        }

        // A cache writes whole sectors: writing a part of a lost sector again brings back the rest of it too.
        var first = _lostSectors.Contains(offset / SectorBytes) ? offset / SectorBytes * SectorBytes : offset;
        var last = _lostSectors.Contains((end - 1) / SectorBytes) ? Math.Min(SectorEnd(end - 1), Length) : end;
        var written = new byte[last - first];
        _cached.Get(written, first);
        _pending.Add(PendingChange.Write(number, first, written));
        _lostSectors.RemoveWhere(sector => sector >= first / SectorBytes && sector * SectorBytes < last);
    }

    public void SetLength(long length, long number)
    {
        if (length < Length)
        {
            _pending.Add(PendingChange.Cut(number, length, Length));
            _cached.CutTo(length);
            _lostSectors.RemoveWhere(sector => sector * SectorBytes >= length);
        }
        else if (length > Length)
        {
            _pending.Add(PendingChange.Grow(number, length));
            _cached.Length = length;
        }
    }

    public void Sync()
    {
        var length = _durable.Length;
        foreach (var change in _pending)
        {
            length = change.LengthAfter(length);
            if (_lostSectors.Count == 0)
            {
                _durable.Share(_cached, change.From, change.To);
            }
            else
            {
                change.ApplyTo(_durable, change.From, change.To);
            }
        }

        _durable.Length = length;
        _lostLength &= length != _cached.Length;
        _pending.Clear();
    }

    /// <summary>
    /// The kernel reports an error once and forgets: what was not written stays readable and counts as written. Only writing it again makes
    /// a later sync write it.
    /// </summary>
    public void FailSync(PowerLoss keeps, long file, FreedBytes freed)
    {
        foreach (var sector in _pending.SelectMany(SectorsOf))
        {
            _lostSectors.Add(sector);
        }

        ApplySurvivors(keeps, file, tornWrite: 0, freed);
        _lostLength = _durable.Length != _cached.Length;
    }

    /// <summary>Keeps of the pending changes what the power loss leaves and forgets the rest, in the cache too.</summary>
    public void LosePower(PowerLoss keeps, long file, long tornWrite, FreedBytes freed)
    {
        if (IsClean)
        {
            return;
        }

        ApplySurvivors(keeps, file, tornWrite, freed);
        _lostSectors.Clear();
        _lostLength = false;
        _cached = _durable.Clone();
    }

    /// <summary>Changes bytes of the disk behind everybody's back.</summary>
    public void Rot(ReadOnlySpan<byte> bytes, long offset)
    {
        _durable.Put(bytes, offset);
        _cached = _durable.Clone();
    }

    public void RotLength(long length)
    {
        _durable.CutTo(length);
        _cached = _durable.Clone();
    }

    private void ApplySurvivors(PowerLoss keeps, long file, long tornWrite, FreedBytes freed)
    {
        var lengths = LengthsSinceSync();
        if (!keeps.KeepsNothing)
        {
            var oldLength = _durable.Length;
            var torn = _pending.Find(change => change.IsWrite && change.Number == tornWrite && keeps.CanTear(change));
            ApplySectors(keeps, file, torn, oldLength, freed);
            _durable.CutTo(lengths[lengths.Count == 1 ? 0 : keeps.LengthVersion(file, lengths.Count - 1)]);
        }

        _pending.Clear();
    }

    private void ApplySectors(PowerLoss keeps, long file, PendingChange? torn, long oldLength, FreedBytes freed)
    {
        PowerLoss.Tear? tear = torn is null ? null : keeps.TearOf(torn);
        var sectors = CountVersions();
        foreach (var change in _pending)
        {
            foreach (var sector in SectorsOf(change))
            {
                ref var versions = ref CollectionsMarshal.GetValueRefOrNullRef(sectors, sector);
                if (versions.Seen++ == 0)
                {
                    versions.Kept = ChooseVersion(keeps, file, sector, versions.Count, torn, tear);
                    if (versions.Kept == 0 && change.IsWrite && sector * SectorBytes >= oldLength
                        && keeps.ShowsGarbage(file, sector, out var choice))
                    {
                        _durable.Put(freed.Sector(sector, choice), sector * SectorBytes);
                    }
                }

                if (versions.Seen <= versions.Kept)
                {
                    change.ApplyTo(_durable, sector * SectorBytes, (sector + 1) * SectorBytes);
                }
                else if (ReferenceEquals(change, torn) && sector == tear!.Value.EndKept)
                {
                    ApplyHead(change, sector, tear.Value.BytesOfNextSector);
                }
            }
        }
    }

    // The sector that the tear goes through has everything that came before the torn write; a sector of the write that is not in the run lacks it.
    private static int ChooseVersion(PowerLoss keeps, long file, long sector, int count, PendingChange? torn, PowerLoss.Tear? tear)
    {
        if (torn is null || sector < torn.From / SectorBytes || sector > (torn.To - 1) / SectorBytes)
        {
            return keeps.SectorVersion(file, sector, count);
        }

        if (tear!.Value.Keeps(sector))
        {
            return count;
        }

        return sector == tear.Value.EndKept ? count - 1 : Math.Min(keeps.SectorVersion(file, sector, count), count - 1);
    }

    private void ApplyHead(PendingChange change, long sector, int bytesOfSector)
    {
        // The cut is placed inside the piece that the write has in this sector, so that a small write tears as well as a large one.
        var start = Math.Max(change.From, sector * SectorBytes);
        var piece = Math.Min(change.To, (sector + 1) * SectorBytes) - start;
        if (bytesOfSector > 0 && piece > 1)
        {
            change.ApplyTo(_durable, start, start + 1 + (bytesOfSector % (piece - 1)));
        }
    }

    private Dictionary<long, SectorVersions> CountVersions()
    {
        var sectors = new Dictionary<long, SectorVersions>();
        foreach (var sector in _pending.SelectMany(SectorsOf))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sectors, sector, out _).Count++;
        }

        return sectors;
    }

    private List<long> LengthsSinceSync()
    {
        var lengths = new List<long> { _durable.Length };
        foreach (var change in _pending)
        {
            var length = change.LengthAfter(lengths[^1]);
            if (length != lengths[^1])
            {
                lengths.Add(length);
            }
        }

        return lengths;
    }

    private static long SectorEnd(long offset) => ((offset / SectorBytes) + 1) * SectorBytes;

    private static IEnumerable<long> SectorsOf(PendingChange change)
    {
        for (var sector = change.From / SectorBytes; sector * SectorBytes < change.To; sector++)
        {
            yield return sector;
        }
    }

    private struct SectorVersions
    {
        public int Count;
        public int Seen;
        public int Kept;
    }
}
