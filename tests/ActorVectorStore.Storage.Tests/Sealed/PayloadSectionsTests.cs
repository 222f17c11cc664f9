using System.Text;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>Short payloads lie in the file as they are, long ones compressed; both come back.</summary>
public sealed class PayloadSectionsTests
{
    private const int LongMin = SealedSegmentFormat.CompressedPayloadBytesMin;
    private const int BlockTarget = SealedSegmentFormat.PayloadBlockBytesTarget;

    private static readonly Gen<int> Length = Gen.OneOf(
        Gen.Const(2), Gen.Int[10, 300], Gen.Int[LongMin - 2, LongMin + 2], Gen.Int[BlockTarget - 2, BlockTarget + 2], Gen.Int[10, 100_000]);

    [Fact]
    public void Payloads_of_all_lengths_come_back_whatever_lies_beside_them() =>
        Gen.Select(Length, Gen.Bool, Gen.Int[0, 1 << 20]).Array[0, 40].Sample(
            drawn =>
            {
                var payloads = drawn.Select(of => PayloadOf(of.Item1, isRandom: of.Item2, seed: of.Item3)).ToArray();
                using var segment = SegmentWith(payloads);
                using var reader = segment.Lease();
                Assert.Equal(payloads, Enumerable.Range(0, payloads.Length).Select(reader.Payloads.Read));
                Assert.Equal(payloads, Enumerable.Range(0, payloads.Length).Select(reader.Payloads.Read));
                Assert.Empty(segment.Scrub(null, CancellationToken.None));
            },
            iter: 40);

    // Blocks of shorts are nearly as long as they may be, the others shorter or longer: where one lies is guessed by that.
    [Fact]
    public void Payloads_are_found_among_hundreds_of_blocks_of_any_length()
    {
        var random = new SeededRandom(1);
        var payloads = Enumerable.Range(0, 3000).Select(row => PayloadOf(
            random.Chance(row < 1500 ? 0.01 : 0.2) ? random.Next(LongMin, 10 * LongMin) : random.Next(10, LongMin), isRandom: false, seed: row)).ToArray();
        using var segment = SegmentWith(payloads);
        using var reader = segment.Lease();
        Assert.Equal(payloads, Enumerable.Range(0, payloads.Length).Select(reader.Payloads.Read));
    }

    [Fact]
    public void Short_payloads_take_no_time_to_decompress_and_long_ones_little_room()
    {
        var (shorts, longs) = (Enumerable.Repeat(PayloadOf(LongMin - 1, isRandom: false, seed: 1), 20).ToArray(), Enumerable.Repeat(PayloadOf(LongMin, isRandom: false, seed: 1), 20).ToArray());
        Assert.Equal(shorts.Sum(payload => payload.Utf8.Length), BlockBytes(shorts));
        Assert.InRange(BlockBytes(longs), 1, longs.Sum(payload => payload.Utf8.Length) / 10);
    }

    [Fact]
    public void A_long_payload_that_cannot_be_compressed_takes_no_more_than_its_own_bytes()
    {
        var payload = PayloadOf(50_000, isRandom: true, seed: 1);
        Assert.InRange(BlockBytes([payload]), payload.Utf8.Length / 2, payload.Utf8.Length);
    }

    // Until 2026-11 all were written so.
    [Fact]
    public void Short_payloads_that_are_compressed_together_are_read()
    {
        var payloads = Enumerable.Range(0, 5).Select(row => PayloadOf(800 + row, isRandom: false, seed: row)).ToArray();
        var all = Encoding.UTF8.GetBytes(string.Concat(payloads.Select(payload => payload.ToString())));
        var frame = new byte[ZstdBlock.BytesMax(all.Length)];
        frame = frame[..ZstdBlock.Compress(all, frame)];
        var disk = SealedSegments.NewDisk();
        Write(disk, payloads);
        disk.Forge(SealedSegments.Path, new SectionKey(SealedSectionKind.PayloadBlocks), 0, frame);
        disk.Forge(SealedSegments.Path, new SectionKey(SealedSectionKind.PayloadBlockIndex), SealedSegmentFormat.PayloadIndexEntryBytes + sizeof(ulong), BitConverter.GetBytes((ulong)frame.Length));
        using var segment = SealedSegments.Open(disk);
        using var reader = segment.Lease();
        Assert.Equal(payloads, Enumerable.Range(0, payloads.Length).Select(reader.Payloads.Read));
    }

    private static long BlockBytes(Payload[] payloads)
    {
        using var segment = SegmentWith(payloads);
        return segment.Sections.Single(entry => entry.Key.Kind == SealedSectionKind.PayloadBlocks).Length;
    }

    private static SealedSegment SegmentWith(Payload[] payloads)
    {
        var disk = SealedSegments.NewDisk();
        Write(disk, payloads);
        return SealedSegments.Open(disk);
    }

    private static void Write(SimulatedFileSystem disk, Payload[] payloads) => SealedSegments.Write(
        disk,
        [.. payloads.Select((payload, row) => new ListedRow(PointId.FromNumber((ulong)row), 1, payload, []))],
        spec: SealedSegments.Spec with { Columns = [] });

    // Of exactly so many bytes, at least 10 or the 2 of an empty one; of random letters, which zstd makes little shorter, or of one again and again.
    private static Payload PayloadOf(int length, bool isRandom, int seed)
    {
        const string Around = """{"t":""}""";
        if (length < Around.Length)
            return Payload.Empty;
        var random = new Random(seed);
        var text = new string([.. Enumerable.Range(0, length - Around.Length).Select(_ => isRandom ? (char)random.Next('A', 'z' + 1) : 'x')]).Replace('\\', '-');
        return Payload.Parse($$"""{"t":"{{text}}"}""");
    }
}
