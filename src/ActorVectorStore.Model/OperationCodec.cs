namespace ActorVectorStore.Model;

/// <summary>
/// Operations to bytes and back. <see cref="OperationFormat"/> describes the bytes; they are the same on every machine and for ever readable.
/// Pure; any thread.
/// </summary>
public static class OperationCodec
{
    /// <summary>Bytes of the event that carries these operations.</summary>
    public static long Size(IReadOnlyList<ShardOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var size = (long)OperationFormat.EventHeaderBytes;
        for (var i = 0; i < operations.Count; i++)
            size += OperationFormat.OperationHeaderBytes + operations[i].BodyBytes;
        return size;
    }

    /// <summary>The event that carries these operations.</summary>
    /// <param name="operations">1 to <see cref="ModelLimits.OperationsPerEventMax"/>, in the order of application.</param>
    /// <exception cref="InvalidRequestException">There is no operation, or there are too many, or the event would exceed <see cref="ModelLimits.EventBytesMax"/>.</exception>
    public static byte[] Encode(IReadOnlyList<ShardOperation> operations)
    {
        var size = Size(operations);
        RequestRules.RequireCount("operations", operations.Count, ModelLimits.OperationsPerEventMax);
        RequireEventSize(size);
        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        OperationWriter.Write(operations, bytes);
        return bytes;
    }

    /// <summary>
    /// The event that carries the operations of several events in their order. Nothing is encoded anew: their bodies are copied. Its version is the
    /// highest of theirs.
    /// </summary>
    /// <param name="events">At least one, each made by <see cref="Encode"/>.</param>
    /// <exception cref="InvalidRequestException">There are too many operations, or the event would exceed <see cref="ModelLimits.EventBytesMax"/>.</exception>
    public static byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var size = OperationFormat.EventHeaderBytes + events.Sum(part => (long)part.Length - OperationFormat.EventHeaderBytes);
        var count = events.Sum(part => OperationWriter.CountOf(part.Span));
        RequestRules.RequireCount("operations", count, ModelLimits.OperationsPerEventMax);
        RequireEventSize(size);
        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        OperationWriter.Join(events, count, bytes);
        return bytes;
    }

    /// <summary>The operations of an event.</summary>
    /// <param name="bytes">
    /// A whole event. Payloads and vectors of the result share this memory: it must not change as long as they live.
    /// </param>
    /// <exception cref="MalformedOperationException">The bytes are not an event of a known version.</exception>
    /// <exception cref="UnsupportedOperationException">A newer program wrote the event.</exception>
    public static IReadOnlyList<ShardOperation> Decode(ReadOnlyMemory<byte> bytes) => new OperationReader(bytes).ReadEvent();

    private static void RequireEventSize(long size)
    {
        if (size > ModelLimits.EventBytesMax)
            throw new InvalidRequestException("operations", $"an event of at most {ModelLimits.EventBytesMax} bytes", $"{size} bytes");
    }
}
