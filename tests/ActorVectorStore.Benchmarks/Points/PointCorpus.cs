using System.Runtime.InteropServices;
using System.Text;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace ActorVectorStore.Benchmarks.Points;

/// <summary>
/// Makes the points of a set, and knows what must be there at each stage. A point is made anew each time, from the page cache and from its number: what a client does
/// that got it from elsewhere. Any thread.
/// </summary>
internal sealed class PointCorpus(PointSet set) : IDisposable
{
    private const int PayloadBlockBytes = 32 << 10;
    private const int PayloadCompressionLevel = 3;
    private const ulong OverwrittenSalt = 1;
    private const ulong DeletedSalt = 2;
    private const ulong TextSalt = 4;
    private const int PartOfChanged = 5;

    private static readonly string[] Words =
    [
        "amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbour", "island", "juniper", "kelp", "lagoon", "meadow", "nectar", "orchard", "pebble",
        "quartz", "ridge", "saffron", "thicket", "umber", "valley", "willow", "yarrow", "zephyr", "anchor", "beacon", "canyon", "drift", "estuary", "fern", "glacier",
    ];

    private readonly SafeFileHandle _vectors = File.OpenHandle(set.File);

    /// <summary>Numbers of all points.</summary>
    public IEnumerable<int> Numbers => Enumerable.Range(0, set.Count);

    public static bool IsOverwritten(int number) => SeededRandom.Mix(OverwrittenSalt, (ulong)number) % PartOfChanged == 0;

    public static bool IsDeleted(int number) => SeededRandom.Mix(DeletedSalt, (ulong)number) % PartOfChanged == 0;

    public static PointId IdOf(int number) => PointId.FromNumber((ulong)number);

    /// <summary>The payload of a point: a category, a number, and three to eight words.</summary>
    public static Payload PayloadOf(int number, int version = 0)
    {
        var chance = SeededRandom.Mix(TextSalt + (ulong)version, (ulong)number);
        var text = new StringBuilder($$"""{"category":"{{Category.Of(number)}}","number":{{chance >> 44}},"text":""");
        text.Append('"');
        for (var word = 0; word <= 2 + (int)(chance % 6); word++)
        {
            text.Append(word == 0 ? "" : " ").Append(Words[(int)((chance >> (5 * (word + 1))) % (ulong)Words.Length)]);
        }

        return Payload.Parse(text.Append("\"}").ToString());
    }

    /// <summary>A point as it is first written (version 0), or as it is overwritten (version 1): with the vector of a point that is half the set away.</summary>
    public Point At(int number, int version) => new(IdOf(number), VectorOf(number, version), PayloadOf(number, version));

    /// <summary>A point as it must be found; null if it must not.</summary>
    public Point? At(int number, PointStage stage) => stage switch
    {
        PointStage.Loaded => At(number, 0),
        _ => IsDeleted(number) ? null : At(number, IsOverwritten(number) ? 1 : 0),
    };

    /// <summary>Points that must be found.</summary>
    public long CountAt(PointStage stage, string? category = null) => LiveNumbers(stage, category).LongCount();

    /// <summary>Numbers of the points that must be found, ascending.</summary>
    public IEnumerable<int> LiveNumbers(PointStage stage, string? category = null) =>
        Numbers.Where(number => (stage == PointStage.Loaded || !IsDeleted(number)) && (category is null || Category.Of(number) == category));

    /// <summary>Bytes of the payloads that must be found, compressed in blocks of 32 KiB in the order of ids: what a store needs for them that does no more.</summary>
    public long CompressedPayloadBytesAt(PointStage stage)
    {
        using var compressor = new Compressor(PayloadCompressionLevel);
        var block = new byte[PayloadBlockBytes];
        var target = new byte[Compressor.GetCompressBound(PayloadBlockBytes)];
        var (length, compressed) = (0, 0L);
        foreach (var number in LiveNumbers(stage))
        {
            var payload = At(number, stage)!.Payload.Utf8.Span;
            if (length + payload.Length > block.Length)
            {
                compressed += compressor.Wrap(block.AsSpan(0, length), target);
                length = 0;
            }

            payload.CopyTo(block.AsSpan(length));
            length += payload.Length;
        }

        return compressed + compressor.Wrap(block.AsSpan(0, length), target);
    }

    public void Dispose() => _vectors.Dispose();

    private float[] VectorOf(int number, int version)
    {
        var row = version == 0 ? number : (number + (set.Count / 2)) % set.Count;
        var vector = GC.AllocateUninitializedArray<float>(set.Dimension);
        var bytes = MemoryMarshal.AsBytes(vector.AsSpan());
        var read = RandomAccess.Read(_vectors, bytes, (long)row * set.VectorBytes);
        return read == bytes.Length ? vector : throw new EndOfStreamException($"{set.File} ends in vector {row}.");
    }
}
