using System.Globalization;
using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Persistence;

/// <summary>
/// The name of a snapshot file: <c>hash-sequence-generation.snapshot</c>, each part in hexadecimal. The hash stands for the persistence id, which
/// may be no file name at all; the generation grows with every save, so that no save touches another one's file.
/// </summary>
internal readonly record struct SnapshotFileName(UInt128 Hash, long SequenceNr, long Generation)
{
    public const string Ending = ".snapshot";

    private const int HashDigits = 32;
    private const int NumberDigits = 16;
    private const int Length = HashDigits + 1 + NumberDigits + 1 + NumberDigits;

    public static SnapshotFileName? TryParse(ReadOnlySpan<char> name)
    {
        if (name.Length != Length + Ending.Length || !name.EndsWith(Ending, StringComparison.Ordinal) || name[HashDigits] != '-'
            || name[HashDigits + 1 + NumberDigits] != '-')
        {
            return null;
        }

        const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
        return UInt128.TryParse(name[..HashDigits], Hex, CultureInfo.InvariantCulture, out var hash)
            && long.TryParse(name.Slice(HashDigits + 1, NumberDigits), Hex, CultureInfo.InvariantCulture, out var sequence)
            && long.TryParse(name.Slice(HashDigits + 2 + NumberDigits, NumberDigits), Hex, CultureInfo.InvariantCulture, out var generation)
            ? new SnapshotFileName(hash, sequence, generation)
            : null;
    }

    /// <summary>Whether a name is one under which a snapshot is written; what crashed saves left there is deleted, and nobody else's file.</summary>
    public static bool IsTemporary(ReadOnlySpan<char> name) =>
        name.EndsWith(AtomicReplacement.TemporaryEnding, StringComparison.Ordinal) && TryParse(name[..^AtomicReplacement.TemporaryEnding.Length]) is not null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Hash:x32}-{SequenceNr:x16}-{Generation:x16}{Ending}");
}
