using System.Runtime.CompilerServices;

namespace ActorVectorStore.Index;

/// <summary>
/// The neighbours of each node: lists of one fixed length, one behind the other, ended by <see cref="End"/> where they are shorter. The memory is somebody else's and stays as long
/// as the links are used. Safe from any thread once nobody writes.
/// </summary>
/// <param name="Lists">The first list, aligned to 64 bytes: <c>Count x Degree</c> of u32, row-major.</param>
/// <param name="Degree">Neighbours in a list at most, a multiple of 16.</param>
/// <param name="Count">Nodes.</param>
public readonly unsafe record struct GraphLinks(nint Lists, int Degree, int Count)
{
    /// <summary>Behind the last neighbour of a list that is not full.</summary>
    public const uint End = uint.MaxValue;

    /// <summary>Bytes of so many lists.</summary>
    public static long BytesOf(int count, int degree) => (long)count * degree * sizeof(uint);

    /// <summary>The neighbours of a node.</summary>
    public ReadOnlySpan<uint> Of(uint node)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(node, (uint)Count);
        var list = new ReadOnlySpan<uint>(List(node), Degree);
        var length = list.IndexOf(End);
        return length < 0 ? list : list[..length];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint* List(uint node) => (uint*)Lists + ((nint)node * Degree);
}
