using ActorVectorStore.Model;

namespace ActorVectorStore.Storage;

/// <summary>Where a row's payload is. The empty payload takes no bytes.</summary>
internal readonly record struct PayloadSlot(byte[]? Bytes, int Offset, int Length)
{
    public ReadOnlySpan<byte> Span => Bytes.AsSpan(Offset, Length);

    /// <summary>The payload in memory of its own.</summary>
    public Payload ToPayload() => Bytes is null ? Payload.Empty : Payload.FromVerified(Span.ToArray());
}
