namespace ActorVectorStore.Wal;

/// <summary>
/// One atomic batch to append: the events <c>[FirstSequence, FirstSequence + Count)</c> of one stream. After a crash all of it is there or none.
/// </summary>
/// <param name="Stream">The stream's name: any text of at most <see cref="StreamNameBytesMax"/> UTF-8 bytes, also empty; compared ordinally.</param>
/// <param name="FirstSequence">Sequence number of the first event, at least 1 and greater than every number ever appended to the stream; gaps are allowed.</param>
/// <param name="Count">Number of events, at least 1.</param>
/// <param name="Payload">The events' bytes, opaque to the log. They must not change until the append has completed.</param>
/// <param name="Tags">Names under which the batch can be found in the order of its ordinals, each once; null for none. At most <see cref="TagsMax"/>.</param>
public readonly record struct EventBatch(
    string Stream,
    long FirstSequence,
    int Count,
    ReadOnlyMemory<byte> Payload,
    IReadOnlyList<string>? Tags = null)
{
    /// <summary>Longest stream or tag name, in UTF-8 bytes.</summary>
    public const int StreamNameBytesMax = 4096;

    /// <summary>Most tags of one batch.</summary>
    public const int TagsMax = 64;

    /// <summary>Most payload bytes of one batch: 1 GiB.</summary>
    public const int PayloadBytesMax = 1 << 30;

    /// <summary>Sequence number of the last event.</summary>
    public long LastSequence => FirstSequence + Count - 1;
}
