using System.Runtime.InteropServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>A column with one sparse vector in each row that has one. Needs a lease; safe from any thread.</summary>
internal sealed class SparseColumn(SealedColumn description, Presence presence, ListOffsets offsets, SealedSection indices, SealedSection values)
{
    public SealedColumn Description => description;

    /// <summary>Rows that have a vector.</summary>
    public int PresentRows => presence.PresentRows;

    /// <summary>Whether the row has a vector.</summary>
    public bool Has(int row) => presence.OrdinalOf(row) != Presence.Absent;

    /// <summary>Entries of the row's vector; 0 if it has none.</summary>
    /// <exception cref="CorruptionException">What it touches is damaged.</exception>
    public int CountOf(int row) => presence.OrdinalOf(row) is var ordinal and not Presence.Absent ? offsets.Of(ordinal).Count : 0;

    /// <summary>The row's vector, in the mapped file: valid while the caller's lease lives; false if the row has none. A vector may be empty.</summary>
    /// <exception cref="CorruptionException">What it touches is damaged.</exception>
    public bool TryRead(int row, out SparseEntries vector)
    {
        vector = default;
        var ordinal = presence.OrdinalOf(row);
        if (ordinal == Presence.Absent)
            return false;
        var (first, count) = offsets.Of(ordinal);
        var ascending = MemoryMarshal.Cast<byte, uint>(indices.Span(first * sizeof(uint), count * sizeof(uint)));
        if (SparseVector.FirstNotAscending(ascending) is var bad and >= 0)
            throw indices.Corrupt((first + bad) * sizeof(uint), $"an index above {ascending[bad - 1]}", $"{ascending[bad]}");
        vector = new SparseEntries(
            ascending,
            MemoryMarshal.Cast<byte, float>(values.Span(first * sizeof(float), count * sizeof(float))));
        return true;
    }
}
