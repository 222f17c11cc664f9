namespace ActorVectorStore.Storage;

/// <summary>
/// Which rows of a segment on disk are deleted, and at which log index: memory only where there are some. The owner sets, once for each row; any thread reads.
/// </summary>
/// <param name="rows">Rows of the segment.</param>
internal sealed class Deletions(int rows)
{
    private const int ChunkBits = 10;
    private const int ChunkRows = 1 << ChunkBits;

    private readonly long[]?[] _chunks = new long[]?[(rows + ChunkRows - 1) >> ChunkBits];
    private int _chunkCount;

    /// <summary>Rows that are deleted; other threads than the owner's may see an older count.</summary>
    public int Count { get; private set; }

    /// <summary>Memory held.</summary>
    public long MemoryBytes => ((long)_chunks.Length * IntPtr.Size) + ((long)Volatile.Read(ref _chunkCount) * ChunkRows * sizeof(long));

    /// <summary>Log index that deleted a row, or <see cref="Segment.Never"/>.</summary>
    public long At(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(row));
        return Volatile.Read(ref _chunks[row >> ChunkBits]) is { } chunk ? Volatile.Read(ref chunk[row & (ChunkRows - 1)]) : Segment.Never;
    }

    /// <summary>Whether no row of a range has ever been near a deleted one: false says nothing.</summary>
    public bool HasNone(int first, int count)
    {
        var last = (first + count - 1) >> ChunkBits;
        for (var chunk = first >> ChunkBits; chunk <= last; chunk++)
        {
            if (Volatile.Read(ref _chunks[chunk]) is not null)
                return false;
        }

        return true;
    }

    /// <summary>Makes room, so that <see cref="Set"/> of this row cannot fail. Owner only.</summary>
    public void Reserve(int row)
    {
        if (_chunks[row >> ChunkBits] is not null)
            return;
        var chunk = new long[ChunkRows];
        Array.Fill(chunk, Segment.Never);
        Volatile.Write(ref _chunks[row >> ChunkBits], chunk);
        _chunkCount++;
    }

    /// <summary>Deletes a row; false if it is deleted already. Owner only.</summary>
    public bool Set(int row, long index)
    {
        Reserve(row);
        ref var at = ref _chunks[row >> ChunkBits]![row & (ChunkRows - 1)];
        if (at != Segment.Never)
            return false;
        Volatile.Write(ref at, index);
        Count++;
        return true;
    }

    /// <summary>The deletions up to an index, by ascending row; none later than this call's beginning need be among them. Any thread.</summary>
    public IEnumerable<(int Row, long Index)> UpTo(long index)
    {
        for (var number = 0; number < _chunks.Length; number++)
        {
            if (Volatile.Read(ref _chunks[number]) is not { } chunk)
                continue;
            for (var slot = 0; slot < ChunkRows; slot++)
            {
                var at = Volatile.Read(ref chunk[slot]);
                if (at <= index)
                    yield return ((number << ChunkBits) + slot, at);
            }
        }
    }
}
