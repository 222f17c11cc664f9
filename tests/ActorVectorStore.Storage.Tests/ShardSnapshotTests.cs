using System.Buffers.Binary;
using System.IO.Hashing;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Storage.Tests;

public sealed class ShardSnapshotTests
{
    private const string Golden = "shard-snapshot-v1.golden";

    private static readonly CollectionSchema Schema = Shards.Schema(3, Distance.Euclid);

    [Fact]
    public void Version_1_is_read_as_recorded()
    {
        using var store = Recorded();
        using var restored = Shards.Restore(Schema, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "testdata", Golden)));
        Assert.Equal((store.AppliedIndex, store.Count, Shards.Digest(store)), (restored.AppliedIndex, restored.Count, Shards.Digest(restored)));
        using var view = restored.OpenView();
        var record = view.Get([PointId.FromNumber(ulong.MaxValue)], PointFields.All)[0];
        Assert.Equal("{\"city\":\"Berlin\"}", record.Payload!.ToString());
        Assert.Equal([float.MaxValue, float.MinValue, float.Epsilon], record.Vector!.Value.ToArray());
        Assert.Equal(7, record.Version);
    }

    [Fact]
    public void Every_flipped_byte_is_detected()
    {
        using var store = Recorded();
        var bytes = Shards.Snapshot(store);
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var flip in new byte[] { 1, 0x80, 0xFF })
            {
                bytes[at] ^= flip;
                var error = Assert.Throws<CorruptionException>(() => Shards.Restore(Schema, bytes));
                Assert.Equal("test.snapshot", error.File);
                Assert.InRange(error.Offset, 0, at);
                bytes[at] ^= flip;
            }
        }
    }

    [Fact]
    public void Every_truncation_and_anything_behind_the_end_is_detected()
    {
        using var store = Recorded();
        var bytes = Shards.Snapshot(store);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<CorruptionException>(() => Shards.Restore(Schema, bytes[..length]));
        var error = Assert.Throws<CorruptionException>(() => Shards.Restore(Schema, [.. bytes, 0]));
        Assert.Equal(bytes.Length, error.Offset);
    }

    [Fact]
    public void A_lost_doubled_or_swapped_block_is_detected()
    {
        // Rows of 256 KiB: four to a block, so twelve points make three blocks of the same length.
        var schema = Shards.Schema(ModelLimits.DimensionMax - 16, Distance.Dot);
        using var store = Shards.Of(schema, [.. Enumerable.Range(0, 12).Select(n => Shards.Point((ulong)n, new float[schema.Dimension]))]);
        var bytes = Shards.Snapshot(store);
        var header = bytes[..64];
        var blocks = SplitBlocks(bytes);
        Assert.Equal(4, blocks.Count);
        byte[][][] wrong = [[.. blocks[1..]], [blocks[0], .. blocks[2..]], [blocks[0], .. blocks], [blocks[1], blocks[0], .. blocks[2..]], [.. blocks[..3]]];
        foreach (var order in wrong)
            Assert.Throws<CorruptionException>(() => Shards.Restore(schema, [.. header, .. order.SelectMany(block => block)]));
        using var whole = Shards.Restore(schema, [.. header, .. blocks.SelectMany(block => block)]);
        Assert.Equal(12, whole.Count);
    }

    [Fact]
    public void A_newer_version_is_refused_as_such_and_version_0_as_damage()
    {
        using var store = Recorded();
        var bytes = Shards.Snapshot(store);
        var error = Assert.Throws<UnsupportedFormatException>(() => Shards.Restore(Schema, WithHeader(bytes, 8, 2)));
        Assert.Equal((2, 1), (error.FoundVersion, error.NewestSupportedVersion));
        Assert.Throws<CorruptionException>(() => Shards.Restore(Schema, WithHeader(bytes, 8, 0)));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(23)]
    [InlineData(40)]
    [InlineData(55)]
    public void A_reserve_in_use_is_refused(int at)
    {
        using var store = Recorded();
        Assert.Throws<CorruptionException>(() => Shards.Restore(Schema, WithHeader(Shards.Snapshot(store), at, 1)));
    }

    [Fact]
    public void A_snapshot_of_another_collection_is_refused_with_both_values()
    {
        using var store = Recorded();
        var bytes = Shards.Snapshot(store);
        var dimension = Assert.Throws<CorruptionException>(() => Shards.Restore(Shards.Schema(4, Distance.Euclid), bytes));
        Assert.Contains("dimension 4", dimension.Expected, StringComparison.Ordinal);
        Assert.Equal("3", dimension.Found);
        Assert.Throws<CorruptionException>(() => Shards.Restore(Shards.Schema(3, Distance.Dot), bytes));
    }

    [Fact]
    public void A_length_without_bytes_behind_it_allocates_no_more_than_one_block()
    {
        using var store = Recorded();
        var bytes = Shards.Snapshot(store);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(64 + 12), uint.MaxValue);
        RestoreWithin(bytes, 1 << 20);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(64 + 12), ShardSnapshotFormat.BodyBytesMax);
        RestoreWithin(bytes, ShardSnapshotFormat.BodyBytesMax + (1 << 20));

        static void RestoreWithin(byte[] bytes, long bytesMax)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<CorruptionException>(() => Shards.Restore(Schema, bytes));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytesMax);
        }
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        var random = new Random(20);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            if (i % 2 == 0 && bytes.Length >= 8)
                "AVSSHARD"u8.CopyTo(bytes);
            Assert.Throws<CorruptionException>(() => Shards.Restore(Schema, bytes));
        }
    }

    [Fact]
    public void The_largest_payloads_survive_in_blocks_of_their_own()
    {
        var largest = Payload.Parse($"{{\"a\":\"{new string('x', ModelLimits.PayloadBytesMax - 8)}\"}}");
        using var store = Shards.Of(
            Schema, new Point(PointId.FromNumber(1), new float[3], largest), Shards.Point(2, 1, 2, 3), new Point(PointId.FromNumber(3), new float[3], largest));
        using var restored = Shards.Restore(Schema, Shards.Snapshot(store));
        Assert.Equal(Shards.Digest(store), Shards.Digest(restored));
    }

    [Fact]
    public void A_stream_that_gives_a_byte_at_a_time_is_read_whole()
    {
        using var store = Recorded();
        using var stream = new TricklingStream(Shards.Snapshot(store));
        using var restored = ShardStore.Restore(Schema, Shards.Place(new SimulatedFileSystem(1)), null, stream, "trickle");
        Assert.Equal(Shards.Digest(store), Shards.Digest(restored));
    }

    private static ShardStore Recorded()
    {
        var store = Shards.Empty(Schema);
        var uuid = PointId.Parse("6fa459ea-ee8a-3ca4-894e-db77e160355e");
        store.ApplyAt(3, [new UpsertPoints([Shards.Point(0, 0, -0f, 1), Shards.Point(9, 9, 9, 9)])]);
        store.ApplyAt(7,
        [
            new UpsertPoints(
            [
                new Point(PointId.FromNumber(ulong.MaxValue), new[] { float.MaxValue, float.MinValue, float.Epsilon }, Payload.Parse("{\"city\":\"Berlin\"}")),
                new Point(uuid, new[] { 0.5f, -0.25f, 3.1415927f }, Payload.Parse("{\"\u6f22\":[1.0,{\"a\":null},true]}")),
            ]),
            new DeletePoints([PointId.FromNumber(9)]),
        ]);
        store.ApplyAt(12);
        return store;
    }

    private static List<byte[]> SplitBlocks(byte[] bytes)
    {
        var blocks = new List<byte[]>();
        for (var at = 64; at < bytes.Length;)
        {
            var length = 16 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 12));
            blocks.Add(bytes[at..(at + length)]);
            at += length;
        }

        return blocks;
    }

    /// <summary>The snapshot with another byte in its header and the header's checksum made right again.</summary>
    private static byte[] WithHeader(byte[] bytes, int at, byte value)
    {
        var changed = bytes.ToArray();
        changed[at] = value;
        BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(56), XxHash3.HashToUInt64(changed.AsSpan(0, 56)));
        return changed;
    }

    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
