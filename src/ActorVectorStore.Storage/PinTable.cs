using System.Collections.Immutable;

namespace ActorVectorStore.Storage;

/// <summary>The pins of a shard at its applied index, and those that were released since some checkpoint. Immutable.</summary>
internal sealed class PinTable
{
    private readonly ImmutableList<Released> _released;

    private PinTable(ImmutableSortedDictionary<string, long> current, ImmutableList<Released> released) => (Current, _released) = (current, released);

    public static PinTable Empty { get; } = new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal), []);

    /// <summary>The indexes that are pinned now, by name.</summary>
    public ImmutableSortedDictionary<string, long> Current { get; }

    public static PinTable Of(IEnumerable<Pin> pins) =>
        new(Empty.Current.AddRange(pins.Select(pin => KeyValuePair.Create(pin.Name, pin.Index))), []);

    /// <summary>With a pin at an index; a name that is there keeps its index.</summary>
    public PinTable With(string name, long index) => Current.ContainsKey(name) ? this : new PinTable(Current.Add(name, index), _released);

    /// <summary>Without a pin, which was released at an index.</summary>
    public PinTable Without(string name, long index) => Current.TryGetValue(name, out var pinned)
        ? new PinTable(Current.Remove(name), _released.Add(new Released(new Pin(name, pinned), index)))
        : this;

    /// <summary>Without those that were released when a checkpoint was made.</summary>
    public PinTable Forget(long checkpointIndex) => _released.IsEmpty || _released.TrueForAll(pin => pin.ReleasedAt > checkpointIndex)
        ? this
        : new PinTable(Current, _released.RemoveAll(pin => pin.ReleasedAt <= checkpointIndex));

    /// <summary>The pins that there were at an index that a checkpoint has not passed.</summary>
    public IReadOnlyList<Pin> At(long index) =>
    [
        .. Current.Select(pin => new Pin(pin.Key, pin.Value)).Where(pin => pin.Index <= index),
        .. _released.Where(pin => pin.Pin.Index <= index && pin.ReleasedAt > index).Select(pin => pin.Pin),
    ];

    private readonly record struct Released(Pin Pin, long ReleasedAt);
}
