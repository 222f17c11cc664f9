using System.Text;
using ActorVectorStore.FileSystem;
using ActorVectorStore.Testing;
using ActorVectorStore.Wal;
using CsCheck;

namespace ActorVectorStore.Persistence.Tests;

public sealed class EventBatchFormatTests
{
    private const long Timestamp = 638_000_000_000_000_000;

    private static readonly Gen<Stored> GenStored = Gen.Select(
        Gen.OneOf(Gen.Guid.Select(guid => guid.ToString("D")), Gen.Guid.Select(guid => guid.ToString("D").ToUpperInvariant()), Gen.String.Where(IsText)),
        Gen.String.Where(IsText),
        Gen.Int,
        Gen.OneOf(Gen.Const(""), Gen.Const("plain"), Gen.Const("My.Event, My")),
        Gen.String.Where(text => IsText(text) && text.Length > 0).Array[0, 3],
        Gen.Byte.Array[0, 300],
        (writer, adapter, id, manifest, tags, payload) => new Stored(writer, adapter, id, manifest, [.. tags.Distinct().Order(StringComparer.Ordinal)], payload));

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static PreparedBatch Build(IEnumerable<Stored> events)
    {
        var builder = new EventBatchBuilder();
        builder.Begin(1, Timestamp);
        foreach (var e in events)
        {
            builder.Add(e.Writer, e.Adapter, e.SerializerId, e.Manifest, e.Tags, e.Payload);
        }

        return builder.Take("a");
    }

    private static StoredBatch AsStored(ReadOnlyMemory<byte> payload, int count) => new("a", 1, count, 1, new WalPosition(1, 64), payload);

    private static List<Stored> Read(StoredBatch batch, EventBatchReader? events = null)
    {
        var read = new List<Stored>();
        events ??= new EventBatchReader();
        events.Open(batch);
        while (events.MoveNext())
        {
            Assert.Equal(Timestamp, events.Timestamp);
            Assert.Equal(read.Count + 1, events.SequenceNr);
            read.Add(new Stored(events.Shape.WriterGuid, events.Shape.AdapterManifest, events.Shape.SerializerId, events.Shape.SerializerManifest, events.Shape.Tags, events.Payload.ToArray()));
        }

        return read;
    }

    private static void AssertSame(IReadOnlyList<Stored> expected, IReadOnlyList<Stored> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i] with { Tags = [], Payload = [] }, found[i] with { Tags = [], Payload = [] }, StoredComparer.Instance);
            Assert.Equal(expected[i].Tags, found[i].Tags);
            Assert.Equal(expected[i].Payload, found[i].Payload);
        }
    }

    [Fact]
    public void What_is_written_is_read_back_plain_and_compressed() => GenStored.List[1, 40].Sample(
        events =>
        {
            var batch = Build(events);
            AssertSame(events, Read(AsStored(batch.Batch.Payload, events.Count)));
            var compressed = batch.Compressed();
            AssertSame(events, Read(AsStored(compressed.Batch.Payload, events.Count)));
            compressed.Release();
        },
        iter: 2000,
        seed: "0N0XIzNsQ0O2");

    [Fact]
    public void One_reader_reads_many_batches() => GenStored.List[1, 5].List[1, 8].Sample(
        batches =>
        {
            using var reader = new EventBatchReader();
            foreach (var events in batches)
            {
                AssertSame(events, Read(AsStored(Build(events).Batch.Payload, events.Count), reader));
            }
        },
        iter: 300,
        seed: "0N0XIzNsQ0O2");

    [Fact]
    public void What_was_rolled_back_leaves_no_byte()
    {
        var builder = new EventBatchBuilder();
        var (kept, dropped) = (new Stored("w", "", 1, "m", [], [1]), new Stored("other", "x", 2, "n", ["t"], [2, 2]));
        builder.Begin(1, Timestamp);
        builder.Add(kept.Writer, kept.Adapter, kept.SerializerId, kept.Manifest, kept.Tags, kept.Payload);
        var mark = builder.Current;
        builder.Add(dropped.Writer, dropped.Adapter, dropped.SerializerId, dropped.Manifest, dropped.Tags, dropped.Payload);
        builder.Rollback(mark);
        builder.Add(kept.Writer, kept.Adapter, kept.SerializerId, kept.Manifest, kept.Tags, kept.Payload);

        var batch = builder.Take("a");

        AssertSame([kept, kept], Read(AsStored(batch.Batch.Payload, 2)));
        Assert.True(batch.Batch.Payload.Span.SequenceEqual(Build([kept, kept]).Batch.Payload.Span));
    }

    [Fact]
    public void Many_small_events_cost_two_bytes_each_beside_their_payload()
    {
        var one = new Stored(Guid.NewGuid().ToString("D"), "", 1, "My.Event, My.Assembly", [], new byte[100]);
        var single = Build([one]).Batch.Payload.Length;

        Assert.Equal(single + (999 * 102), Build(Enumerable.Repeat(one, 1000)).Batch.Payload.Length);
    }

    [Fact]
    public void The_first_version_is_read_for_ever()
    {
        // Version 1, plain, ticks, then: shape 0 (GUID writer, adapter "v2", serializer 7, manifest "m", tag "t"), payload 0A 0B; shape 0, no payload.
        var bytes = Convert.FromHexString("01000000F5B1D9A3DA08" + "00" + "01" + "33221100554477668899AABBCCDDEEFF" + "027632" + "07000000" + "016D" + "010174" + "020A0B" + "0000");
        using var events = new EventBatchReader();
        events.Open(AsStored(bytes, 2));

        Assert.True(events.MoveNext());
        Assert.Equal(BitConverter.ToInt64(bytes, 2), events.Timestamp);
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", events.Shape.WriterGuid);
        Assert.Equal(("v2", 7, "m", "t"), (events.Shape.AdapterManifest, events.Shape.SerializerId, events.Shape.SerializerManifest, events.Shape.Tags.Single()));
        Assert.Equal([10, 11], events.Payload.ToArray());
        Assert.True(events.MoveNext());
        Assert.Equal([], events.Payload.ToArray());
        Assert.False(events.MoveNext());
    }

    [Fact]
    public void A_newer_version_is_refused_with_its_number()
    {
        var bytes = Build([new Stored("w", "", 1, "m", [], [1])]).Batch.Payload.ToArray();
        bytes[0] = 2;
        Assert.Equal(2, Assert.Throws<UnsupportedFormatException>(() => Read(AsStored(bytes, 1))).FoundVersion);
    }

    [Fact]
    public void Every_cut_is_noticed()
    {
        var bytes = Build([new Stored("w", "a", 1, "m", ["t"], [1, 2, 3]), new Stored("x", "", 1, "m", [], [4])]).Batch.Payload.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<CorruptionException>(() => Read(AsStored(bytes.AsMemory(0, length), 2)));
        }

        Assert.Throws<CorruptionException>(() => Read(AsStored(bytes, 1)));
        Assert.Throws<CorruptionException>(() => Read(AsStored(bytes, 3)));
    }

    [Fact]
    public void Random_and_mutated_bytes_are_read_or_refused_but_never_crash_or_take_memory()
    {
        var random = new SeededRandom(4711);
        var seeds = Enumerable.Range(0, 20).Select(_ => RandomEvents(random)).SelectMany(events => new[] { Build(events), Build(events).Compressed() }).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 30_000; i++)
        {
            var seed = seeds[random.Next(seeds.Length)].Batch;
            var bytes = random.Chance(0.1) ? random.Bytes(random.Next(200)) : seed.Payload.ToArray();
            for (var flips = random.Next(6); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                using var events = new EventBatchReader();
                events.Open(AsStored(bytes, random.Chance(0.5) ? 1 : 10));
                while (events.MoveNext())
                {
                }
            }
            catch (Exception e) when (e is CorruptionException or UnsupportedFormatException)
            {
            }
        }

        // A believed false length would have taken gigabytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L << 30);
    }

    private static List<Stored> RandomEvents(SeededRandom random) => [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => new Stored(
        random.Chance(0.5) ? new Guid(random.Bytes(16)).ToString("D") : "writer",
        random.Chance(0.3) ? "adapter" : string.Empty,
        random.Next(100),
        "My.Event, My",
        random.Chance(0.5) ? ["a", "b"] : [],
        random.Bytes(random.Next(300))))];

    private sealed record Stored(string Writer, string Adapter, int SerializerId, string Manifest, string[] Tags, byte[] Payload);

    private sealed class StoredComparer : IEqualityComparer<Stored>
    {
        public static readonly StoredComparer Instance = new();

        public bool Equals(Stored? x, Stored? y) => (x!.Writer, x.Adapter, x.SerializerId, x.Manifest) == (y!.Writer, y.Adapter, y.SerializerId, y.Manifest);

        public int GetHashCode(Stored obj) => Encoding.UTF8.GetByteCount(obj.Writer);
    }
}
