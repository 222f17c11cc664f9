using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>A part of a segment file that is not what was written.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Offset">First byte of the damaged structure in the file.</param>
/// <param name="Expected">What an intact file has there.</param>
/// <param name="Found">What this file has there.</param>
/// <param name="Section">The section; null if head, directory or footer is damaged.</param>
/// <param name="IsDerived">Whether the section can be made again from others: rebuild it. Otherwise take the bytes from a replica or a backup.</param>
internal sealed record SealedDamage(string File, long Offset, string Expected, string Found, SectionKey? Section, bool IsDerived)
{
    public static SealedDamage OfDirectory(CorruptionException e) => new(e.File, e.Offset, e.Expected, e.Found, null, IsDerived: false);

    public CorruptionException ToException() => new(File, Offset, Expected, Found);
}
