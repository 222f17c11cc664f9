using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// A column with one vector in each row that has one. Vectors lie by <i>ordinal</i>: the row's place among those that have one, which is the row itself where
/// all have. Needs a lease; safe from any thread.
/// </summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged.</remarks>
internal sealed class DenseColumn(SealedColumn description, Presence presence, StoredVectors vectors)
{
    public SealedColumn Description => description;

    /// <summary>The vectors by ordinal.</summary>
    public StoredVectors Vectors => vectors;

    /// <summary>Rows that have a vector.</summary>
    public int PresentRows => presence.PresentRows;

    /// <summary>Ordinal of a row's vector, or <see cref="Presence.Absent"/>.</summary>
    public int OrdinalOf(int row) => presence.OrdinalOf(row);

    /// <summary>Whether a row has a vector, which must be the one of this ordinal: that of the row before it has the ordinal before.</summary>
    public bool HasNext(int row, int ordinal) => presence.HasNext(row, ordinal);
}
