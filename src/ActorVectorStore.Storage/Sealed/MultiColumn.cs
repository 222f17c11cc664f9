using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>A column with any number of vectors in each row that has some. Needs a lease; safe from any thread.</summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged.</remarks>
internal sealed class MultiColumn(SealedColumn description, Presence presence, ListOffsets offsets, StoredVectors vectors)
{
    public SealedColumn Description => description;

    /// <summary>The vectors of all rows, those of one row together.</summary>
    public StoredVectors Vectors => vectors;

    /// <summary>Rows that have vectors.</summary>
    public int PresentRows => presence.PresentRows;

    /// <summary>Whether the row has a list of vectors.</summary>
    public bool Has(int row) => presence.OrdinalOf(row) != Presence.Absent;

    /// <summary>Where the row's vectors are among <see cref="Vectors"/>; false if the row has no such list. A list may be empty.</summary>
    public bool TryFind(int row, out long first, out int count)
    {
        var ordinal = presence.OrdinalOf(row);
        (first, count) = ordinal == Presence.Absent ? default : offsets.Of(ordinal);
        return ordinal != Presence.Absent;
    }
}
