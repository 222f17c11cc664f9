using System.Text;

namespace ActorVectorStore.Wal.Tests;

/// <summary>Short words for what the tests of the log do again and again.</summary>
internal static class LogFixture
{
    /// <summary>Small sizes, so that a few appends cross segments.</summary>
    public static readonly WalOptions Small = new()
    {
        SegmentBytes = 64 << 10,
        CommitBytesMax = 16 << 10,
        PreparedSegments = 1,
        SpareSegmentsMax = 2,
        GatherMicrosecondsMax = 0,
    };

    public static EventBatch Batch(string stream, long sequence, string payload, params string[] tags) =>
        new(stream, sequence, 1, Encoding.UTF8.GetBytes(payload), tags);

    public static List<string> Payloads(this BatchReader reader)
    {
        using (reader)
        {
            var payloads = new List<string>();
            while (reader.MoveNext())
            {
                payloads.Add(Encoding.UTF8.GetString(reader.Current.Payload.Span));
            }

            return payloads;
        }
    }

    public static List<long> Ordinals(this BatchReader reader)
    {
        using (reader)
        {
            var ordinals = new List<long>();
            while (reader.MoveNext())
            {
                ordinals.Add(reader.Current.FirstOrdinal);
            }

            return ordinals;
        }
    }
}
