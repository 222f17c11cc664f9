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

    /// <summary>Lines of a row that are fetched.</summary>
    public static int OfRow(int rowBytes) => Math.Min(AheadMax, rowBytes / Bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address, int lines)
    {
        if (!Sse.IsSupported)
            return;
        for (var line = 0; line < lines; line++)
            Sse.Prefetch0(address + (line * Bytes));
    }
}
