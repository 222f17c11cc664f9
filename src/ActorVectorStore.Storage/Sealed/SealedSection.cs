using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;

namespace ActorVectorStore.Storage;

/// <summary>
/// The bytes of one section. A block's checksum is compared when the block is touched first; after that the page cache is trusted, until a
/// scrub finds the block damaged. Safe from any thread, without locks: two threads that touch a block first may both compare it. All members but
/// <see cref="Entry"/> need a lease of the segment.
/// </summary>
internal sealed class SealedSection
{
    private const int BlocksAhead = 4;

    private readonly string _file;
    private readonly SharedMapping _mapping;
    private readonly long _checksumsOffset;
    private readonly BlockChecksum _checksum;
    private readonly int[] _checked;
    private readonly DamageWatch? _watch;

    public SealedSection(
        string file, SectionEntry entry, SectionEntry checksums, SharedMapping mapping, BlockChecksum checksum, DamageWatch? watch = null)
    {
        _watch = watch;
        _file = file;
        _mapping = mapping;
        _checksumsOffset = checksums.Offset + (entry.FirstChecksum * SealedSegmentFormat.ChecksumBytes);
        _checksum = checksum;
        _checked = new int[(entry.BlockCount + 31) / 32];
        Entry = entry;
    }

    /// <summary>Its line in the section table.</summary>
    public SectionEntry Entry { get; }

    /// <summary>Bytes without padding.</summary>
    public long Length => Entry.Length;

    /// <summary>The bytes <c>[offset, offset + length)</c>, which must lie inside the section; valid while the caller's lease lives.</summary>
    /// <exception cref="CorruptionException">A block that they touch is damaged.</exception>
    public ReadOnlySpan<byte> Span(long offset, int length) =>
        TrySpan(offset, length, out var span, out var damage) ? span : throw damage.ToException();

    /// <summary>As <see cref="Span"/>, with damage as a result: for derived sections, which a caller rebuilds.</summary>
    public bool TrySpan(long offset, int length, out ReadOnlySpan<byte> span, [NotNullWhen(false)] out SealedDamage? damage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        span = default;
        damage = null;
        if (length == 0)
            return true;
        var first = (int)(offset >> SealedSegmentFormat.BlockBits);
        var last = (int)((offset + length - 1) >> SealedSegmentFormat.BlockBits);
        for (var block = first; block <= last; block++)
        {
            if (!IsChecked(block) && !TryCheck(block, isAlone: last - first <= 1, out damage))
                return false;
        }

        span = _mapping.Span(Entry.Offset + offset, length);
        return true;
    }

    /// <summary>
    /// Has the disk fetch bytes that will be read soon, with what their checksums are compared over, and not what is around them: without waiting, so that it fetches those of several calls side by side.
    /// They must lie inside the section.
    /// </summary>
    public void WillNeed(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        var last = (int)((offset + length - 1) >> SealedSegmentFormat.BlockBits);
        for (var block = (int)(offset >> SealedSegmentFormat.BlockBits); block <= last; block++)
        {
            if (IsChecked(block))
                continue;
            Fetch(block, 1);
            _mapping.WillNeed(ChecksumOffset(block), SealedSegmentFormat.ChecksumBytes);
        }

        _mapping.WillNeed(Entry.Offset + offset, length);
    }

    /// <summary>Asks for bytes that will be read soon, without waiting for them or comparing checksums. They must lie inside the section.</summary>
    public void Prefetch(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        MemoryFetch.Begin(_mapping.Span(Entry.Offset + offset, length));
    }

    /// <summary>The damage of a structure that its checksum does not show: what is stored breaks a rule of the format. To be thrown.</summary>
    public CorruptionException Corrupt(long offset, string expected, string found)
    {
        var damage = new SealedDamage(_file, Entry.Offset + offset, expected, found, Entry.Key, Entry.IsDerived);
        _watch?.Found(damage);
        return damage.ToException();
    }

    /// <summary>The damage of a block whose checksum is another than the recorded one.</summary>
    public SealedDamage DamageOf(int block, ulong expected, ulong found) => new(
        _file, Entry.BlockOffset(block), $"{Entry.Key} with block checksum {expected:x16}", $"{found:x16}", Entry.Key, Entry.IsDerived);

    /// <summary>Makes the next touch of a block compare its checksum again.</summary>
    public void Forget(int block) => Interlocked.And(ref _checked[block / 32], ~(1 << (block % 32)));

    // One block after the other is a walk: what comes next is on its way while this one is looked at.
    private void Fetch(int block, int count)
    {
        var last = Math.Min(block + count, Entry.BlockCount) - 1;
        var start = Entry.BlockOffset(block);
        _mapping.WillNeed(start, (int)(Entry.BlockOffset(last) + Entry.BlockLength(last) - start));
    }

    private long ChecksumOffset(int block) => _checksumsOffset + ((long)block * SealedSegmentFormat.ChecksumBytes);

    private bool IsChecked(int block) => (Volatile.Read(ref _checked[block / 32]) & (1 << (block % 32))) != 0;

    // Who asks for many blocks reads on, as a rule, and the system reads ahead for him; who asks for one would wait for what nobody asked for.
    private bool TryCheck(int block, bool isAlone, [NotNullWhen(false)] out SealedDamage? damage)
    {
        var offset = Entry.BlockOffset(block);
        var checksumOffset = ChecksumOffset(block);
        if (isAlone)
        {
            _mapping.WillNeed(checksumOffset, SealedSegmentFormat.ChecksumBytes);
            Fetch(block, block > 0 && IsChecked(block - 1) ? BlocksAhead : 1);
        }

        var expected = BinaryPrimitives.ReadUInt64LittleEndian(_mapping.Span(checksumOffset, SealedSegmentFormat.ChecksumBytes));
        var found = _checksum.Of(_mapping.Span(offset, Entry.BlockLength(block)), offset);
        damage = expected == found ? null : DamageOf(block, expected, found);
        if (damage is not null)
        {
            _watch?.Found(damage);
            return false;
        }

        Interlocked.Or(ref _checked[block / 32], 1 << (block % 32));
        return true;
    }
}
