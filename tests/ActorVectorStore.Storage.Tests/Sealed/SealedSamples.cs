using ActorVectorStore.Model;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Rows that are the same in every run: those of the golden file, and of tests that look at every byte.</summary>
internal static class SealedSamples
{
    /// <summary>Numbers and UUIDs, one id twice, payloads that are compressed, not worth it and missing, and every column with and without vectors.</summary>
    public static IReadOnlyList<ListedRow> Rows { get; } =
    [
        new(PointId.FromNumber(ulong.MaxValue), 7, Payload.Parse("""{"city":"Berlin","population":3677472}"""),
        [
            ListedVector.Dense(1, 2, 3),
            ListedVector.Dense([.. Enumerable.Range(0, 17).Select(n => (float)n)]),
            ListedVector.Dense(0, 255),
            ListedVector.Dense([.. Enumerable.Range(0, 65).Select(n => (float)(n * 3))]),
            ListedVector.Sparse([0, 17, uint.MaxValue], [0.5f, -2, 1e30f]),
            ListedVector.Multi(5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        ]),
        new(PointId.FromNumber(0), 0, Payload.Empty, new ListedVector?[6]),
        new(PointId.FromUuid(new Guid("00112233-4455-6677-8899-aabbccddeeff")), 9, Payload.Parse($"{{\"text\":\"{new string('x', 3_000)}\"}}"),
        [
            ListedVector.Dense(4, 5, 6), null, ListedVector.Dense(1, 2), null, ListedVector.Sparse([], []), ListedVector.Multi(5),
        ]),
        new(PointId.FromNumber(0), 8, Payload.Parse("{}"),
        [
            ListedVector.Dense(7, 8, 9), ListedVector.Dense([.. Enumerable.Repeat(64f, 17)]), null, null, null, ListedVector.Multi(5, 5, 4, 3, 2, 1),
        ]),
    ];

    /// <summary>A section that no program knows, which is to be skipped.</summary>
    public static readonly SectionKey Extra = new((SealedSectionKind)1_000, 3);

    public static readonly byte[] ExtraBytes = [.. Enumerable.Range(0, 300).Select(n => (byte)n)];

    public static SealedSegmentSpec Spec { get; } = SealedSegments.Spec with { ExtraSectionsMax = 2 };

    /// <summary>Writes the rows and the extra section.</summary>
    public static void Write(FileSystem.IFileSystem disk) => SealedSegments.Write(
        disk, Rows, writer => AddExtra(writer, version: 1, SealedSectionFlags.Optional | SealedSectionFlags.Derived), Spec);

    public static void AddExtra(SealedSegmentWriter writer, ushort version, SealedSectionFlags flags)
    {
        var section = writer.BeginSection(Extra, version, flags);
        section.Append(ExtraBytes);
        section.End();
    }
}
