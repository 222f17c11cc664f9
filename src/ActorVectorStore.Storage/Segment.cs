using System.Collections.Immutable;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>
/// Rows of a shard as reads see them, wherever they lie. A row is visible at an index iff <c>insertedAt &lt;= index &lt; deletedAt</c>; at every index at most one
/// row of an id is, over all segments. One writer, the shard's owner, who only ever changes <see cref="DeletedAt"/> and appends; any number of readers, without
/// locks. Readers hold a <see cref="SegmentSet"/>: spans and columns may be a mapped file.
/// </summary>
/// <remarks>Every member that reads rows throws <see cref="FileSystem.CorruptionException"/> if what it touches on disk is damaged.</remarks>
internal abstract class Segment : IRowVectors
{
    /// <summary>The value of <see cref="DeletedAt"/> for a row that is not deleted.</summary>
    public const long Never = long.MaxValue;

    /// <summary>No row.</summary>
    public const int None = -1;

    /// <summary>Rows. Of a segment that is still written to, its writer's count: readers go by their state's.</summary>
    public abstract int RowCount { get; }

    /// <summary>Memory held, the page cache not counted.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>The row's point.</summary>
    public abstract PointId IdOf(int row);

    /// <summary>Log index that inserted the row: the version of its point.</summary>
    public abstract long InsertedAt(int row);

    /// <summary>Log index that deleted the row; <see cref="Never"/> if none did.</summary>
    public abstract long DeletedAt(int row);

    /// <summary>Asks for where a row's id and payload are, without waiting; then, when other rows have been asked for, <see cref="Prefetch"/> asks for themselves.</summary>
    public virtual void PrefetchPlaces(int row, PointFields fields)
    {
    }

    /// <summary>Asks for a row's id and payload, which will be read soon.</summary>
    public virtual void Prefetch(int row, PointFields fields)
    {
    }

    /// <summary>The payload's JSON text, or no bytes where it is empty.</summary>
    public abstract ReadOnlySpan<byte> PayloadUtf8(int row);

    /// <summary>The payload in memory of its own.</summary>
    public abstract Payload ReadPayload(int row);

    /// <summary>The vectors that rows have or may have: the columns, by number.</summary>
    public abstract ImmutableArray<VectorSchema> Vectors { get; }

    /// <summary>Whether the row has a vector in a column.</summary>
    public abstract bool HasVector(int column, int row);

    /// <summary>Components of a vector that the row has: of a dense column without their padding, of a multi column count x dimension, row-major.</summary>
    /// <param name="column">Dense or multi.</param>
    /// <param name="row">The row.</param>
    /// <param name="scratch">Memory of the caller's for what has to be decoded; made longer where it is too short. The span may lie in it.</param>
    public abstract ReadOnlySpan<float> Components(int column, int row, ref float[]? scratch);

    /// <summary>The vector that the row has in a sparse column.</summary>
    public abstract SparseEntries Sparse(int column, int row);

    /// <summary>Entries of the vector that the row has in a sparse column, or vectors of the list that it has in a multi column; reads none of them.</summary>
    public abstract int ListLength(int column, int row);

    /// <summary>
    /// Vectors of a dense column that lie one behind the other: those of the first row from <paramref name="row"/> on that has one, and of the rows right behind it.
    /// </summary>
    /// <param name="column">Dense.</param>
    /// <param name="row">Where to begin; then the first row of the block, or <paramref name="end"/> if there is none.</param>
    /// <param name="end">Where to end.</param>
    /// <param name="scratch">As for <see cref="Components"/>.</param>
    public abstract VectorBlock VectorsFrom(int column, ref int row, int end, ref float[]? scratch);

    /// <summary>The vectors of the list that the row has in a multi column, one behind the other.</summary>
    /// <param name="column">Multi.</param>
    /// <param name="row">A row that has a list, which may be empty.</param>
    /// <param name="scratch">As for <see cref="Components"/>.</param>
    public abstract VectorBlock ListBlock(int column, int row, ref float[]? scratch);

    /// <inheritdoc/>
    public bool HasVector(string name, int row)
    {
        for (var column = 0; column < Vectors.Length; column++)
        {
            if (Vectors[column].Name == name)
                return HasVector(column, row);
        }

        return false;
    }

    /// <summary>Bytes of the row's vector in a column, as an answer has them; 0 if it has none. Does not read the vector.</summary>
    public long VectorBytes(int column, int row)
    {
        if (!HasVector(column, row))
            return 0;
        return Vectors[column].Kind switch
        {
            VectorKind.Dense => (long)Vectors[column].Dimension * sizeof(float),
            VectorKind.Multi => (long)ListLength(column, row) * Vectors[column].Dimension * sizeof(float),
            _ => (long)ListLength(column, row) * (sizeof(uint) + sizeof(float)),
        };
    }

    /// <summary>The row's vector in a column, in memory of its own, or null.</summary>
    public VectorValue? ReadVector(int column, int row)
    {
        if (!HasVector(column, row))
            return null;
        if (Vectors[column].Kind == VectorKind.Sparse)
        {
            var entries = Sparse(column, row);
            return new SparseVector(entries.Indices.ToArray(), entries.Values.ToArray());
        }

        float[]? scratch = null;
        var components = Components(column, row, ref scratch).ToArray();
        return Vectors[column].Kind == VectorKind.Dense ? new DenseVector(components) : new MultiVector(components, Vectors[column].Dimension);
    }

    /// <summary>The row of an id that is visible at an index, among the first <paramref name="rowCount"/>, or <see cref="None"/>.</summary>
    public abstract int Find(PointId id, long index, int rowCount);

    /// <summary>The row of an id that is not deleted, or <see cref="None"/>. Owner only.</summary>
    public abstract int FindLive(PointId id);

    /// <summary>The first <paramref name="rowCount"/> rows whose ids are at least this one, visible or not, in the order of ids.</summary>
    public abstract IEnumerable<int> RowsFrom(PointId id, int rowCount);

    /// <summary>Whether all rows of a range are visible, as far as that can be told at once.</summary>
    public abstract bool AreAllVisible(int first, int count, long index);

    /// <summary>Whether a row is visible.</summary>
    public bool IsVisible(int row, long index) => DeletedAt(row) > index && InsertedAt(row) <= index;

    /// <summary>Makes room so that <see cref="Bury"/> of this row cannot fail. Owner only.</summary>
    public abstract void ReserveBurial(int row);

    /// <summary>Deletes a row at an index; false if it is deleted already. Room was reserved. Owner only.</summary>
    public abstract bool Bury(int row, long index);
}
