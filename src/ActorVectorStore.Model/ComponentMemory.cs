using System.Buffers;
using System.Runtime.InteropServices;

namespace ActorVectorStore.Model;

/// <summary>
/// Components as they lie in the bytes of an event, seen as floats without copying them: the batch that a shard applies is as large as the event. They need not lie at a
/// multiple of four. Little-endian machines only.
/// </summary>
internal sealed class ComponentMemory(ReadOnlyMemory<byte> bytes) : MemoryManager<float>
{
    private readonly Memory<byte> _bytes = MemoryMarshal.AsMemory(bytes);

    /// <summary>Read only, as the event is.</summary>
    public override Span<float> GetSpan() => MemoryMarshal.Cast<byte, float>(_bytes.Span);

    /// <summary>Pins the event.</summary>
    public override MemoryHandle Pin(int elementIndex = 0) => _bytes[(elementIndex * sizeof(float))..].Pin();

    /// <summary>Does nothing: <see cref="Pin"/> gives a handle of its own.</summary>
    public override void Unpin()
    {
    }

    /// <summary>Does nothing: the bytes belong to whoever has the event.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
