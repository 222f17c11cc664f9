using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Index;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using CsCheck;

namespace ActorVectorStore.Storage.Tests;

/// <summary>What is promised of the bytes of a vector index: version 1 is read for ever, and foreign bytes do no harm.</summary>
public sealed class VectorIndexFormatTests
{
    private const string Golden = "vector-index-v1.golden";
    private const string FilePath = "some.idx";

    // Set AVS_REWRITE_TESTDATA=1 to write the file of a new version; the file of a released version is never rewritten.
    [Fact]
    public void Version_1_is_read_as_recorded()
    {
        if (Environment.GetEnvironmentVariable("AVS_REWRITE_TESTDATA") == "1")
        {
            File.WriteAllBytes(System.IO.Path.Combine(SourceDirectory(), "..", "testdata", Golden), Build());
            return;
        }

        using var index = Read(GoldenBytes());
        Assert.Equal(
            (new SealedSegmentId(new UInt128(7UL, 1)), 0, 40, 39, new GraphOptions(8, 60, 0x41565356), CodeKind.FourBits, CodeKind.FourBits, Metric.Cosine, 3),
            (new SealedSegmentId(index.Header.Segment.Value), index.Header.Column, index.Header.VectorCount, index.Header.Count, index.Header.Options, index.Header.Kind, index.Header.WantedKind, index.Header.Codec.Metric, index.Header.Codec.Dimension));
        var found = new int[80];
        var count = index.Graph.Search([1, 0, 0], 40, default, 40, found, out _);
        Assert.Equal(Enumerable.Range(0, 40), found[..count].Order());
        Assert.Equal(0, found[count - 1]);
    }

    [Fact]
    public void A_newer_version_is_refused()
    {
        var bytes = GoldenBytes();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), 2);
        Assert.Throws<UnsupportedFormatException>(() => Read(Sealed(bytes)));
    }

    [Fact]
    public void Foreign_bytes_behind_right_checksums_do_no_harm() => Gen
        .Select(Gen.Select(Gen.Int[0, 200], Gen.Byte).Array[1, 4], Gen.Select(Gen.Int[0, 20_000], Gen.Byte).Array[0, 4], Gen.Int[-3, 3])
        .Sample(
            (inHeader, inSections, cut) =>
            {
                var bytes = GoldenBytes();
                foreach (var (at, value) in inHeader)
                    bytes[8 + at] = value;
                foreach (var (at, value) in inSections)
                    bytes[4096 + (at % (bytes.Length - 4096 - VectorIndexFormat.FooterBytes))] = value;
                bytes = Sealed(bytes);
                bytes = cut >= 0 ? [.. bytes, .. new byte[cut]] : bytes[..(bytes.Length + cut)];
                try
                {
                    using var index = Read(bytes);
                    var found = new int[20];
                    _ = index.Graph.Search(new float[index.Header.Codec.Dimension], 10, default, 10, found, out _);
                }
                catch (Exception e) when (e is CorruptionException or UnsupportedFormatException)
                {
                    // Told, and nothing else.
                }
            },
            iter: LongRuns.AreWanted ? 200_000 : 3_000);

    [Fact]
    public void Each_section_makes_way_before_it_is_read()
    {
        var disk = new SimulatedFileSystem(1);
        disk.ReplaceFile(FilePath, GoldenBytes());
        var ways = 0;
        using var index = VectorIndexFile.Read(disk, FilePath, () => ways++, CancellationToken.None);
        Assert.Equal(3, ways);
    }

    private static VectorIndex Read(byte[] bytes)
    {
        var disk = new SimulatedFileSystem(1);
        disk.ReplaceFile(FilePath, bytes);
        return VectorIndexFile.Read(disk, FilePath, makeWay: null, CancellationToken.None);
    }

    private static byte[] GoldenBytes() => File.ReadAllBytes(System.IO.Path.Combine(AppContext.BaseDirectory, "testdata", Golden));

    // Checksums that are right for whatever is there.
    private static byte[] Sealed(byte[] bytes)
    {
        var header = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        if (header is < 16 or > 4096)
            return bytes;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(header - 8), XxHash3.HashToUInt64(bytes.AsSpan(0, header - 8)));
        var (count, vectors, degree) = (
            BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(36)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(92)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(40)));
        long[] lengths = [vectors * 4L, count * 64L, count * 4L * degree];
        var (at, hashes) = (4096L, new ulong[3]);
        for (var i = 0; i < 3; i++)
        {
            if (lengths[i] < 0 || at + lengths[i] > bytes.Length)
                return bytes;
            hashes[i] = XxHash3.HashToUInt64(bytes.AsSpan((int)at, (int)lengths[i]));
            at += VectorIndexFormat.Padded(lengths[i]);
        }

        VectorIndexFormat.WriteFooter(hashes[0], hashes[1], hashes[2]).CopyTo(bytes, bytes.Length - VectorIndexFormat.FooterBytes);
        return bytes;
    }

    private static byte[] Build()
    {
        var disk = new SimulatedFileSystem(1);
        var options = new VectorIndexOptions { FullScanThreshold = 0, M = 8, EfConstruct = 60, Quantization = VectorQuantization.Scalar4 };
        using var store = Shards.Empty(new CollectionSchema(CollectionName.Parse("test"), [VectorSchema.Dense("", 3, Distance.Cosine) with { Index = options }]), disk: disk);
        store.Apply(1, [new UpsertPoints([.. Enumerable.Range(0, 40).Select(id => Shards.Point((ulong)id, id * 3 % 7, id % 5, id * id % 11))])]);
        store.Flush().Index();
        return disk.ReadFile(System.IO.Path.Combine("shard", disk.ListFiles("shard").Single(name => name.EndsWith(".idx", StringComparison.Ordinal))));
    }

    private static string SourceDirectory([CallerFilePath] string file = "") => System.IO.Path.GetDirectoryName(file)!;
}
