using System.Diagnostics.Metrics;

namespace ActorVectorStore.Tests;

/// <summary>Listens to the meters of the databases in one directory. Any thread.</summary>
internal sealed class MeterRecording : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<Sample> _events = [];
    private readonly List<Instrument> _instruments = [];
    private List<Sample> _collected = [];
    private int _ended;

    public MeterRecording(string directory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != VectorDatabase.MeterName || instrument.Meter.Tags?.Any(tag => tag.Key == VectorDatabase.DirectoryTag && directory.Equals(tag.Value)) != true)
                return;
            using (_lock.EnterScope())
                _instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.MeasurementsCompleted = (_, _) => Interlocked.Increment(ref _ended);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Instruments that there were.</summary>
    public IReadOnlyList<Instrument> Instruments
    {
        get
        {
            using var scope = _lock.EnterScope();
            return [.. _instruments];
        }
    }

    /// <summary>Instruments that have come to their end.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>What was measured when it happened, since the beginning.</summary>
    public IReadOnlyList<Sample> Events
    {
        get
        {
            using var scope = _lock.EnterScope();
            return [.. _events];
        }
    }

    /// <summary>Asks all observable instruments.</summary>
    public IReadOnlyList<Sample> Collect()
    {
        using (_lock.EnterScope())
            _collected = [];
        _listener.RecordObservableInstruments();
        using (_lock.EnterScope())
            return _collected;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var sample = new Sample(instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));
        using var scope = _lock.EnterScope();
        (instrument.IsObservable ? _collected : _events).Add(sample);
    }
}
