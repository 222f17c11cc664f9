using System.Diagnostics;
using System.Globalization;
using ActorVectorStore.Crash.Writer;
using ActorVectorStore.Model;
using ActorVectorStore.Testing;

namespace ActorVectorStore.Crash.Tests;

/// <summary>Runs the writer again and again on one directory, kills it, and knows what must be, may be and must not be there.</summary>
internal sealed class WriterRun(string directory, ulong seed)
{
    private const int PinsHeld = 3;

    private readonly Dictionary<PointId, Point> _expected = [];
    private readonly int[] _next = new int[WriterScript.WriterCount];
    private readonly SeededRandom _random = new(seed);
    private readonly Queue<(PinName Name, Dictionary<PointId, Point> Points)> _pins = new();
    private int _pinNumber;

    /// <summary>Acknowledgements seen so far.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Starts the writer and kills it after a seeded number of acknowledgements.</summary>
    public async Task KillOnceAsync()
    {
        using var writer = Start();
        var left = 1 + _random.Next(100);
        while (await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            // What was printed before the kill is still in the pipe and is read to its end.
            Acknowledge(line);
            if (--left == 0)
            {
                writer.Kill();
            }
        }

        await writer.WaitForExitAsync();
        Assert.True(left <= 0, $"The writer ended by itself: {await writer.StandardError.ReadToEndAsync()}");
    }

    /// <summary>
    /// Opens the store and compares all of it: what was acknowledged is there; of each writer's next write each shard has everything or nothing;
    /// there is nothing else. What was pinned after one of the last kills is readable as it was then.
    /// </summary>
    public async Task CheckAsync()
    {
        await using var database = await VectorDatabase.OpenAsync(directory, WriterScript.Options);
        var found = await ReadAllAsync(database);
        for (var writer = 0; writer < WriterScript.WriterCount; writer++)
        {
            var pending = WriterScript.WriteOf(seed, writer, _next[writer]++);
            foreach (var part in pending.GroupBy(write => ShardRouting.ShardOf(write.Key, WriterScript.Schema.ShardCount)))
            {
                if (part.All(write => Equals(write.Value, found.GetValueOrDefault(write.Key))))
                {
                    Apply(part);
                }
            }
        }

        Assert.Equal(_expected.Values.OrderBy(point => point.Id), found.Values.OrderBy(point => point.Id));
        Assert.Equal(_expected.Count, await database.CountAsync(WriterScript.Schema.Name));
        await CheckPinsAsync(database);
    }

    private async Task CheckPinsAsync(VectorDatabase database)
    {
        Assert.Equal(_pins.Select(pin => pin.Name).OrderBy(name => name.Value, StringComparer.Ordinal), await database.ListPinsAsync(WriterScript.Schema.Name));
        foreach (var (pin, points) in _pins)
        {
            Assert.Equal(points.Values.OrderBy(point => point.Id), (await ReadAllAsync(database, new AsOfPin(pin))).Values.OrderBy(point => point.Id));
        }

        if (_pins.Count == PinsHeld)
        {
            await database.ReleasePinAsync(WriterScript.Schema.Name, _pins.Dequeue().Name);
        }

        var name = PinName.Parse(string.Create(CultureInfo.InvariantCulture, $"pin {_pinNumber++}"));
        await database.PinAsync(WriterScript.Schema.Name, name);
        _pins.Enqueue((name, new Dictionary<PointId, Point>(_expected)));
    }

    private static async Task<Dictionary<PointId, Point>> ReadAllAsync(VectorDatabase database, AsOf? asOf = null)
    {
        var page = await database.ScrollAsync(WriterScript.Schema.Name, new ScrollRequest { Limit = 1_000, Fields = PointFields.All }, asOf);
        Assert.Null(page.NextOffset);
        return page.Points.ToDictionary(record => record.Id, record => new Point(record.Id, record.Vector!.Value, record.Payload));
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ActorVectorStore.Crash.Writer.dll"));
        start.ArgumentList.Add(directory);
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        foreach (var step in _next)
        {
            start.ArgumentList.Add(step.ToString(CultureInfo.InvariantCulture));
        }

        return Process.Start(start)!;
    }

    private void Acknowledge(string line)
    {
        var parts = line.Split(' ').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(_next[parts[0]], parts[1]);
        Apply(WriterScript.WriteOf(seed, parts[0], parts[1]));
        _next[parts[0]]++;
        Acknowledged++;
    }

    private void Apply(IEnumerable<KeyValuePair<PointId, Point?>> write)
    {
        foreach (var (id, point) in write)
        {
            if (point is null)
            {
                _expected.Remove(id);
            }
            else
            {
                _expected[id] = point;
            }
        }
    }
}
