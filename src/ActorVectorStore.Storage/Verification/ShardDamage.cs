using System.Globalization;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>A part of a shard's file that is not what was written.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Offset">First byte of the damaged structure in the file.</param>
/// <param name="Expected">What an intact file has there.</param>
/// <param name="Found">What this file has there.</param>
/// <param name="Section">The section of a segment; null if the damage is in its directory, or the file is no segment.</param>
/// <param name="IsDerived">Whether it can be made again from what is whole, by a compaction. Otherwise take the file from a replica or a backup.</param>
public sealed record ShardDamage(string File, long Offset, string Expected, string Found, string? Section, bool IsDerived)
{
    private const string VectorIndexSection = "VectorIndex/";

    /// <summary>Whether it is the file of a vector index that is damaged, which is made again when its shard is opened.</summary>
    public bool IsVectorIndex => Section?.StartsWith(VectorIndexSection, StringComparison.Ordinal) == true;

    internal static ShardDamage OfVectorIndex(CorruptionException e, int column) =>
        new(e.File, e.Offset, e.Expected, e.Found, string.Create(CultureInfo.InvariantCulture, $"{VectorIndexSection}{column}"), IsDerived: true);

    internal static ShardDamage Of(SealedDamage damage) =>
        new(damage.File, damage.Offset, damage.Expected, damage.Found, damage.Section?.ToString(), damage.IsDerived);

    internal static ShardDamage Of(CorruptionException e) => new(e.File, e.Offset, e.Expected, e.Found, Section: null, IsDerived: false);

    /// <summary>A file that could not be read: of a newer program, or on a disk that fails.</summary>
    internal static ShardDamage OfUnreadable(string file, IOException e) => new(file, 0, "a file that can be read", e.Message, Section: null, IsDerived: false);
}
