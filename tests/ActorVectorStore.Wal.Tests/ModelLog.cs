using System.Globalization;
using System.Text;

namespace ActorVectorStore.Wal.Tests;

/// <summary>The dumb twin of the log: a list of batches and two numbers a stream.</summary>
internal sealed class ModelLog
{
    private readonly List<Entry> _entries = [];
    private readonly SortedDictionary<string, StreamState> _states = new(StringComparer.Ordinal);

    private sealed record Entry(string Stream, long FirstSequence, int Count, long FirstOrdinal, string Payload, string[] Tags);

    public long NextOrdinal { get; private set; } = 1;

    public StreamState State(string stream) => _states.GetValueOrDefault(stream);

    public void Append(EventBatch batch)
    {
        var (stream, first, count) = (batch.Stream, batch.FirstSequence, batch.Count);
        _entries.Add(new Entry(stream, first, count, NextOrdinal, Text(batch.Payload), batch.Tags?.ToArray() ?? []));
        NextOrdinal += count;
        _states[stream] = State(stream) with { HighestSequence = first + count - 1 };
    }

    public void DeleteTo(string stream, long toSequence)
    {
        var state = State(stream);
        _states[stream] = state with { DeletedTo = Math.Max(state.DeletedTo, Math.Min(toSequence, state.HighestSequence)) };
    }

    /// <summary>Everything that can be read, in one text.</summary>
    public string Dump(IEnumerable<string> tags)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"next {NextOrdinal}");
        foreach (var (stream, state) in _states.Where(pair => pair.Value.HighestSequence > 0))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{stream} {state.HighestSequence} {state.DeletedTo}");
            AppendLines(text, Live().Where(entry => entry.Stream == stream));
        }

        text.AppendLine("all");
        AppendLines(text, Live());
        foreach (var tag in tags)
        {
            text.AppendLine(tag);
            AppendLines(text, Live().Where(entry => entry.Tags.Contains(tag)));
        }

        return text.ToString();
    }

    /// <summary>The same text of a real log.</summary>
    public static string Dump(WriteAheadLog log, IEnumerable<string> tags)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"next {log.PublishedOrdinal + 1}");
        foreach (var stream in Enumerable.Range(0, log.StreamCount).Select(log.StreamAt).Order(StringComparer.Ordinal))
        {
            var state = log.ReadState(stream);
            text.AppendLine(CultureInfo.InvariantCulture, $"{stream} {state.HighestSequence} {state.DeletedTo}");
            AppendLines(text, log.ReadStream(stream));
        }

        text.AppendLine("all");
        AppendLines(text, log.ReadAll());
        foreach (var tag in tags)
        {
            text.AppendLine(tag);
            AppendLines(text, log.ReadTag(tag));
        }

        return text.ToString();
    }

    private IEnumerable<Entry> Live() => _entries.Where(entry => entry.FirstSequence + entry.Count - 1 > State(entry.Stream).DeletedTo);

    private static void AppendLines(StringBuilder text, IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            Line(text, entry.Stream, entry.FirstSequence, entry.Count, entry.FirstOrdinal, entry.Payload);
        }
    }

    private static void AppendLines(StringBuilder text, BatchReader reader)
    {
        using (reader)
        {
            while (reader.MoveNext())
            {
                var batch = reader.Current;
                Line(text, batch.Stream, batch.FirstSequence, batch.Count, batch.FirstOrdinal, Text(batch.Payload));
            }
        }
    }

    private static void Line(StringBuilder text, string stream, long sequence, int count, long ordinal, string payload) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"  {stream} {sequence}+{count} @{ordinal} {payload}");

    private static string Text(ReadOnlyMemory<byte> payload) =>
        string.Create(CultureInfo.InvariantCulture, $"{payload.Length}:{System.IO.Hashing.XxHash3.HashToUInt64(payload.Span):x16}");
}
