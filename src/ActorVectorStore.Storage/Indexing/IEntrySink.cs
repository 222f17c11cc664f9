namespace ActorVectorStore.Storage;

/// <summary>Takes what <see cref="ElementKeys"/> makes of the elements of rows.</summary>
internal interface IEntrySink
{
    /// <summary>Takes the key or term of an element; one that the row gave already does not count.</summary>
    void Add(ReadOnlySpan<byte> key, int row);
}
