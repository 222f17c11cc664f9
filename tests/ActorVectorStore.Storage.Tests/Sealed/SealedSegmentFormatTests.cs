using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is promised of the bytes: version 1 is read for ever, newer files are refused or read as they say, and foreign bytes do no harm.</summary>
public sealed class SealedSegmentFormatTests
{
    private const string Golden = "sealed-segment-v1.golden";
    private const int MajorAt = 8;
    private const int MinorAt = 10;
    private const int PreambleHashedBytes = 56;

    // Set AVS_REWRITE_TESTDATA=1 to write the file of a new version; the file of a released version is never rewritten. Its payload block is what the zstd of
    // its day made of it: another may make another of it, so only reading is promised.
    [Fact]
    public void Version_1_is_read_as_recorded()
    {
        var disk = SealedSegments.NewDisk();
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            SealedSamples.Write(disk);
            File.WriteAllBytes(Path.Combine(SourceDirectory(), "..", "testdata", Golden), disk.ReadWhole(SealedSegments.Path));
            return;
        }

        disk.WriteWholeDurably(SealedSegments.Path, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", Golden)));
        using var segment = SealedSegments.Open(disk);
        SealedSegments.AssertSame(SealedSamples.Rows, segment);
        Assert.Empty(segment.Scrub(null, CancellationToken.None));
        Assert.Equal((SealedSamples.Spec.Id, "tests 1.0"), (segment.Id, segment.WrittenBy));
        using var reader = segment.Lease();
        Assert.Equal(SealedSamples.ExtraBytes, reader.Section(SealedSamples.Extra)!.Span(0, SealedSamples.ExtraBytes.Length).ToArray());
    }

    [Fact]
    public void A_newer_major_version_is_refused_with_its_number()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        RewritePreambles(disk, preamble => BinaryPrimitives.WriteUInt16LittleEndian(preamble[MajorAt..], 9));
        var error = Assert.Throws<UnsupportedFormatException>(() => SealedSegments.Open(disk));
        Assert.Contains("9", error.Message, StringComparison.Ordinal);
        Assert.Contains(SealedSegments.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_minor_version_is_read()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        RewritePreambles(disk, preamble => BinaryPrimitives.WriteUInt16LittleEndian(preamble[MinorAt..], 9));
        using var segment = SealedSegments.Open(disk);
        SealedSegments.AssertSame(SealedSamples.Rows, segment);
    }

    [Fact]
    public void An_unknown_section_that_is_not_optional_is_refused()
    {
        var disk = SealedSegments.NewDisk();
        SealedSegments.Write(disk, SealedSamples.Rows, writer => SealedSamples.AddExtra(writer, 1, SealedSectionFlags.Derived), SealedSamples.Spec);
        var error = Assert.Throws<UnsupportedFormatException>(() => SealedSegments.Open(disk));
        Assert.Contains("1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_mutation_of_a_directory_does_harm_even_where_its_checksums_are_right()
    {
        var disk = SealedSegments.NewDisk();
        SealedSamples.Write(disk);
        var whole = disk.ReadWhole(SealedSegments.Path);
        var size = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(12));
        var (opened, refused) = (0, 0);
        Gen.Select(Gen.Int[SealedSegmentFormat.PreambleBytes, size - 9], Gen.Byte, Gen.Int[1, 4]).Array[1, 3].Sample(
            changes =>
            {
                var bytes = (byte[])whole.Clone();
                foreach (var (at, value, count) in changes)
                    bytes.AsSpan(at, Math.Min(count, size - 8 - at)).Fill(value);
                SealDirectory(bytes.AsSpan(0, size));
                bytes.AsSpan(0, size).CopyTo(bytes.AsSpan(bytes.Length - SealedSegmentFormat.FooterBytes - size));
                var mutated = SealedSegments.NewDisk();
                mutated.WriteWholeDurably(SealedSegments.Path, bytes);
                try
                {
                    using var segment = SealedSegments.Open(mutated);
                    Interlocked.Increment(ref opened);
                    ReadAll(segment);
                }
                catch (Exception e) when (e is CorruptionException or UnsupportedFormatException)
                {
                    Interlocked.Increment(ref refused);
                }
            },
            iter: 5_000);
        Assert.True(opened > 5 && refused > 100, $"{opened} opened, {refused} refused: one of them was hardly looked at.");
    }

    private static void ReadAll(SealedSegment segment)
    {
        segment.Scrub(null, CancellationToken.None);
        using var reader = segment.Lease();
        for (var row = 0; row < Math.Min(reader.RowCount, 100); row++)
        {
            reader.Ids.IdOf(row);
            reader.InsertedAt(row);
            reader.Payloads.Read(row);
            foreach (var (column, _) in segment.Columns)
            {
                reader.Dense(column.Name)?.Read(row);
                reader.Sparse(column.Name)?.TryRead(row, out _);
                reader.Multi(column.Name)?.Read(row);
            }
        }
    }

    private static void RewritePreambles(SimulatedFileSystem disk, SpanAction change)
    {
        var bytes = disk.ReadWhole(SealedSegments.Path);
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        foreach (var at in new[] { 0, bytes.Length - SealedSegmentFormat.FooterBytes - size })
        {
            var directory = bytes.AsSpan(at, size);
            change(directory);
            BinaryPrimitives.WriteUInt64LittleEndian(directory[PreambleHashedBytes..], XxHash3.HashToUInt64(directory[..PreambleHashedBytes]));
            SealDirectory(directory);
        }

        disk.Overwrite(SealedSegments.Path, 0, bytes);
    }

    private static void SealDirectory(Span<byte> directory) =>
        BinaryPrimitives.WriteUInt64LittleEndian(directory[^8..], XxHash3.HashToUInt64(directory[..^8]));

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private delegate void SpanAction(Span<byte> bytes);
}
