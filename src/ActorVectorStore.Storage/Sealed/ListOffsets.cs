using System.Buffers.Binary;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>Where the lists of a sparse or multi column begin and end among its entries. Needs a lease; safe from any thread.</summary>
/// <param name="section">One more offset than lists.</param>
/// <param name="entries">Entries of all lists together.</param>
/// <param name="countMax">Entries of one list, at most.</param>
internal sealed class ListOffsets(SealedSection section, long entries, int countMax)
{
    /// <summary>The first entry and the number of entries of a list.</summary>
    /// <exception cref="CorruptionException">What it touches is damaged, or no such list can be.</exception>
    public (long First, int Count) Of(int ordinal)
    {
        var at = (long)ordinal * sizeof(ulong);
        var both = section.Span(at, 2 * sizeof(ulong));
        var first = BinaryPrimitives.ReadUInt64LittleEndian(both);
        var end = BinaryPrimitives.ReadUInt64LittleEndian(both[sizeof(ulong)..]);
        return first <= end && end <= (ulong)entries && end - first <= (ulong)countMax
            ? ((long)first, (int)(end - first))
            : throw section.Corrupt(at, $"a list of at most {countMax} among {entries} entries", $"one from {first} to {end}");
    }
}
