using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ActorVectorStore.Index;

/// <summary>Cache lines that are asked for before they are needed: a walk waits for memory more than for anything else.</summary>
internal static unsafe class Lines
{
    /// <summary>Lines of a neighbour list that are fetched.</summary>
    public const int InList = 2;

    private const int Bytes = 64;

    // The processor fetches the rest of a long row by itself.
    private const int AheadMax = 4;

    // It does so later where rows lie in a mapped file, on small pages: 0.1 of a whole search at ef 128 over 128 dimensions.
    private const int MappedAheadMax = 8;

    /// <summary>Lines of a row that are fetched.</summary>
    public static int OfRow(int rowBytes) => Math.Min(AheadMax, rowBytes / Bytes);

    /// <summary>Asks for the first lines that bytes of a mapped file lie on.</summary>
    public static void PrefetchMapped(byte* start, int count)
    {
        var into = (int)((nuint)start % Bytes);
        Prefetch(start, Math.Min(MappedAheadMax, (into + count + Bytes - 1) / Bytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address, int lines)
    {
        if (!Sse.IsSupported)
            return;
        for (var line = 0; line < lines; line++)
            Sse.Prefetch0(address + (line * Bytes));
    }
}
