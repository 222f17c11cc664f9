using System.Buffers.Binary;
using System.Globalization;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// A lease of a segment, and everything that can be read in it. Rows are numbered from 0 in the order in which they were written.
/// </summary>
/// <remarks>
/// <para><b>The lease rule.</b> Spans are the mapped file. Whoever holds one, or a column taken from this reader, holds this reader undisposed: after
/// <see cref="Dispose"/> the memory may be gone, and a touch then ends the process. What is returned as memory, string, array or <see cref="Payload"/> stays valid.</para>
/// <para><b>Failures.</b> A read that touches a damaged block throws <see cref="CorruptionException"/>; all others go on. A disk that cannot
/// read a mapped page ends the process; <see cref="SealedSegment.Scrub"/> finds such a place without touching the mapping.</para>
/// <para><b>Threads.</b> Any number at once; none during or after <see cref="Dispose"/>.</para>
/// </remarks>
internal sealed class SealedReader : IRowVectors, IDisposable
{
    private readonly SealedContents _contents;
    private readonly SharedMapping _mapping;
    private int _isDisposed;

    internal SealedReader(SealedContents contents, SharedMapping mapping)
    {
        _contents = contents;
        _mapping = mapping;
    }

    /// <summary>Rows.</summary>
    public int RowCount => Contents.RowCount;

    /// <summary>The ids.</summary>
    public SealedIds Ids => Contents.Ids;

    /// <summary>The payloads.</summary>
    public PayloadColumn Payloads => Contents.Payloads;

    private SealedContents Contents
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return _contents;
        }
    }

    /// <summary>Log index that inserted a row.</summary>
    public long InsertedAt(int row)
    {
        var section = Contents.InsertedAt;
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, RowCount);
        var at = (long)row * sizeof(long);
        var index = BinaryPrimitives.ReadInt64LittleEndian(section.Span(at, sizeof(long)));
        return index >= 0 ? index : throw section.Corrupt(at, "a log index of at least 0", index.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Asks for where a row's id and, if it is wanted, payload are, and for its log index; the second half is <see cref="Prefetch"/>, when other rows have been asked for.</summary>
    public void PrefetchPlaces(int row, PointFields fields)
    {
        var contents = Contents;
        contents.Ids.PrefetchPosition(row);
        if (fields.HasFlag(PointFields.Payload))
            contents.Payloads.PrefetchPlace(row);
        contents.InsertedAt.Prefetch((long)row * sizeof(long), sizeof(long));
    }

    /// <summary>Asks for a row's id and, if it is wanted, payload, which will be read soon.</summary>
    /// <exception cref="CorruptionException">What says where they are is damaged.</exception>
    public void Prefetch(int row, PointFields fields)
    {
        var contents = Contents;
        contents.Ids.PrefetchId(row);
        if (fields.HasFlag(PointFields.Payload))
            contents.Payloads.Prefetch(row);
    }

    /// <summary>The dense column of this name, or null.</summary>
    public DenseColumn? Dense(string name) => Contents.Column(name) as DenseColumn;

    /// <summary>The sparse column of this name, or null.</summary>
    public SparseColumn? Sparse(string name) => Contents.Column(name) as SparseColumn;

    /// <summary>The multi column of this name, or null.</summary>
    public MultiColumn? Multi(string name) => Contents.Column(name) as MultiColumn;

    /// <summary>How many rows have a vector of this name.</summary>
    public int RowsWithVector(string name) => Contents.Column(name) switch
    {
        DenseColumn dense => dense.PresentRows,
        SparseColumn sparse => sparse.PresentRows,
        MultiColumn multi => multi.PresentRows,
        _ => 0,
    };

    /// <inheritdoc/>
    public bool HasVector(string name, int row) => Contents.Column(name) switch
    {
        DenseColumn dense => dense.OrdinalOf(row) != Presence.Absent,
        SparseColumn sparse => sparse.Has(row),
        MultiColumn multi => multi.Has(row),
        _ => false,
    };

    /// <summary>Any section, those that this program does not know included, or null. See <see cref="SealedSection.TrySpan"/> for derived ones.</summary>
    public SealedSection? Section(SectionKey key) => Contents.Sections.Find(key.Kind, key.Item);

    /// <summary>Gives the lease back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _mapping.Release();
    }
}
