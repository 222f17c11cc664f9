using System.Buffers;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Decoders get random bytes and real ones with a few changed: they say no, or report damage, and take no more memory than the bytes warrant.</summary>
public sealed class DecoderFuzzTests
{
    private const int Rounds = 20_000;
    private const long BytesMax = 1 << 20;

    private static readonly FrameSeal Seal = new(7, false);

    [Fact]
    public void No_bytes_make_the_frame_head_do_anything_but_say_yes_or_no()
    {
        var random = new SeededRandom(1);
        Fuzz(random, Head(random), bytes =>
        {
            if (bytes.Length >= FrameFormat.HeadBytes && FrameFormat.TryParse(bytes, 4096, out var header))
            {
                Assert.InRange(header.MetaLength, 0, FrameFormat.MetaBytesMax);
                Assert.InRange(header.PayloadLength, 0, FrameFormat.PayloadBytesMax);
                Assert.InRange(header.CommitOffset, (uint)SegmentFormat.HeaderBytes, 4096u);
            }
        });
    }

    [Fact]
    public void No_bytes_make_the_segment_trailer_do_anything_but_say_yes_or_no()
    {
        var trailer = new byte[SegmentFormat.TrailerBytes];
        SegmentFormat.WriteTrailer(trailer, 3, 7, 4096);
        Fuzz(new SeededRandom(2), trailer, bytes =>
        {
            if (bytes.Length == SegmentFormat.TrailerBytes && SegmentFormat.TryReadTrailer(bytes, 3, 7, out var offset))
            {
                Assert.Equal(4096u, offset);
            }
        });
    }

    [Fact]
    public void No_bytes_make_the_segment_index_do_anything_but_report_damage()
    {
        Fuzz(new SeededRandom(3), Index(), bytes =>
        {
            try
            {
                foreach (var (_, body) in SegmentIndex.StreamBodies(bytes))
                {
                    var block = SegmentIndexFormat.ReadStream(body.Span);
                    var stream = new StreamEntry(block.Name);
                    SegmentIndexFormat.ReadAppended(body.Span, block, stream);
                    SegmentIndexFormat.ReadRelocated(body.Span, block, stream);
                }

                foreach (var (_, body) in SegmentIndex.TagBodies(bytes))
                {
                    SegmentIndexFormat.ReadTag(body.Span);
                }
            }
            catch (InvalidDataException)
            {
                // What the loader turns into a report of damage, with the file and the offset.
            }
        });
    }

    private static void Fuzz(SeededRandom random, byte[] whole, Action<byte[]> decode)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = round % 2 == 0 ? random.Bytes(random.Next(200)) : Mutated(random, whole);
            var before = GC.GetAllocatedBytesForCurrentThread();
            decode(bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < BytesMax, $"round {round}: {allocated} bytes for {Convert.ToHexString(bytes)}");
        }
    }

    private static byte[] Mutated(SeededRandom random, byte[] whole)
    {
        var bytes = whole[..(random.Chance(0.3) ? random.Next(whole.Length + 1) : whole.Length)];
        for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static byte[] Head(SeededRandom random)
    {
        var head = new byte[FrameFormat.HeadBytes + 20];
        random.Fill(head.AsSpan(FrameFormat.HeadBytes));
        FrameFormat.WriteHead(head, new FrameHeader(0, FrameKind.EventBatch, 0, 20, 100, 64, 1, 2, 3), Seal, new WalPosition(1, 4096));
        return head;
    }

    private static byte[] Index()
    {
        var frames = new SegmentFrames();
        var (a, b) = (new StreamEntry("a"), new StreamEntry("b"));
        var last = frames.Add(new FrameReference(a, 1, 2, 1, 128, 64), -1);
        frames.Add(new FrameReference(a, 3, 1, 3, 192, 64), last);
        frames.AddRelocated(new FrameReference(b, 5, 1, 4, 256, 64));
        frames.AddState(b, new StreamState(5, 3));
        frames.AddTags(["red", "green"], 1, 2, 128, isRelocated: false);
        var output = new ArrayBufferWriter<byte>();
        SegmentIndexFormat.Write(output, new ArrayBufferWriter<byte>(), frames, 5, new NoPlaces());
        return output.WrittenSpan.ToArray();
    }

    private sealed class NoPlaces : SegmentIndexFormat.IIndexPlaces
    {
        public void Stream(StreamEntry stream, int block)
        {
        }

        public void Tag(string tag, int block)
        {
        }
    }
}
