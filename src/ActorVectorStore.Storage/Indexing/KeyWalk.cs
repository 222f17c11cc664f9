using ActorVectorStore.FileSystem;

namespace ActorVectorStore.Storage;

/// <summary>
/// Goes through the keys of an integer, float or datetime index in their order, for results that are ordered by a value. A row has as many keys as
/// different values; rows with values that are not held are in <see cref="RowSetKind.Other"/> and may have none. Needs a lease; one thread.
/// </summary>
/// <remarks>Every member throws <see cref="CorruptionException"/> if what it touches is damaged or breaks a rule.</remarks>
internal sealed class KeyWalk
{
    private readonly KeyTable _keys;
    private readonly int _step;
    private long _at;

    private KeyWalk(KeyTable keys, long before, int step) => (_keys, _at, _step) = (keys, before, step);

    /// <summary>The key; <see cref="OrderedKey"/> reads its value.</summary>
    public ReadOnlySpan<byte> Key => _keys.KeyAt(_at);

    /// <summary>The row of the key.</summary>
    public int Row => _keys.RowAt(_at);

    /// <summary>Upwards; of equal keys the smaller row first.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="from">The first key, or the next one behind it; null for the first of all.</param>
    public static KeyWalk Ascending(KeyTable keys, byte[]? from = null) => new(keys, (from is null ? 0 : keys.EqualTo(from).Start) - 1, 1);

    /// <summary>Downwards; of equal keys the greater row first.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="from">The first key, or the last one before it; null for the last of all.</param>
    public static KeyWalk Descending(KeyTable keys, byte[]? from = null) => new(keys, from is null ? keys.Count : keys.EqualTo(from).End, -1);

    /// <summary>Goes to the next key; false at the end.</summary>
    public bool MoveNext()
    {
        _at += _step;
        return _at >= 0 && _at < _keys.Count;
    }
}
