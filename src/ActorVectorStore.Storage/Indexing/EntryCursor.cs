namespace ActorVectorStore.Storage;

/// <summary>Goes through the entries of an <see cref="EntrySorter"/> upwards: by key as a byte string, then by row. One thread.</summary>
internal abstract class EntryCursor
{
    /// <summary>The entry's key; used before the next move.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>The entry's row.</summary>
    public abstract int Row { get; }

    /// <summary>Goes to the next entry; false at the end.</summary>
    public abstract bool MoveNext();

    /// <summary>The order of the entries that two cursors are at.</summary>
    public static int Compare(EntryCursor left, EntryCursor right)
    {
        var byKey = left.Key.SequenceCompareTo(right.Key);
        return byKey != 0 ? byKey : left.Row.CompareTo(right.Row);
    }
}
