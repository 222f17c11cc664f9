namespace ActorVectorStore.Index;

/// <summary>Asks for memory of mapped files before it is needed.</summary>
public static unsafe class MemoryFetch
{
    /// <summary>Asks for the first bytes without waiting for them; the processor fetches the rest of long ones by itself.</summary>
    public static void Begin(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            Lines.PrefetchMapped(start, bytes.Length);
    }
}
