using System.Buffers;
using ActorVectorStore.Wal;

namespace ActorVectorStore.Persistence;

/// <summary>A batch ready for the log, with the pooled buffer that holds its payload.</summary>
internal readonly record struct PreparedBatch(EventBatch Batch, byte[] Buffer)
{
    /// <summary>Returns the buffer; once, when the log has answered.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(Buffer);

    /// <summary>The same batch with its body compressed, in a buffer of its own; this one's buffer is returned. Itself if that saves nothing.</summary>
    public PreparedBatch Compressed()
    {
        var plain = Batch.Payload.Span;
        var body = plain[EventBatchFormat.HeaderBytes..];
        var lengthSize = EventBatchFormat.VariableSize((uint)body.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(EventBatchFormat.HeaderBytes + lengthSize + ZstdFrames.BytesMax(body.Length));
        plain[..EventBatchFormat.HeaderBytes].CopyTo(buffer);
        buffer[1] |= EventBatchFormat.CompressedFlag;
        var length = EventBatchFormat.HeaderBytes + EventBatchFormat.WriteVariable(buffer.AsSpan(EventBatchFormat.HeaderBytes), (uint)body.Length);
        length += ZstdFrames.Compress(body, buffer.AsSpan(length));
        if (length >= plain.Length)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return this;
        }

        Release();
        return new PreparedBatch(Batch with { Payload = buffer.AsMemory(0, length) }, buffer);
    }
}
