using System.Collections;

namespace ActorVectorStore.Model;

/// <summary>A copy of a caller's list: it never changes, and it equals another if its items do, so that records that hold it are values.</summary>
internal sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
    where T : notnull
{
    private readonly T[] _items;

    private ValueList(T[] items) => _items = items;

    public static ValueList<T> Empty { get; } = new([]);

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    /// <summary>Copies a list.</summary>
    /// <exception cref="InvalidRequestException">It is too long, or an item is null.</exception>
    public static ValueList<T> Copy(string subject, IReadOnlyList<T> items, int countMax)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count > countMax)
            throw new InvalidRequestException(subject, $"at most {countMax}", $"{items.Count}");
        T[] copy = [.. items];
        var missing = Array.FindIndex(copy, item => item is null);
        if (missing >= 0)
            throw new InvalidRequestException($"{subject}[{missing}]", "a value", "null");
        return copy.Length == 0 ? Empty : new ValueList<T>(copy);
    }

    public bool Equals(ValueList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items, EqualityComparer<T>.Default);

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", _items)}]";
}
